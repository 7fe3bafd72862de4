package dev.mulligan.guest.linux;

import java.util.List;

/**
 * As whom a program runs: credentials(7). It has no capabilities, can never gain any, and none of ours are left to it.
 *
 * @param groups all of the user's groups
 */
public record Credentials(int uid, int gid, List<Integer> groups) {
    public Credentials {
        groups = List.copyOf(groups);
    }
}
