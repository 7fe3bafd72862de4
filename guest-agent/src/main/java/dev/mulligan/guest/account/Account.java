package dev.mulligan.guest.account;

import java.util.List;

/**
 * A user of the guest: passwd(5).
 *
 * @param groups the ids of all its groups, the primary one included
 */
public record Account(String name, int uid, int gid, List<Integer> groups, String home, String shell) {
    public Account {
        groups = List.copyOf(groups);
    }

    public boolean isRoot() {
        return uid == 0;
    }
}
