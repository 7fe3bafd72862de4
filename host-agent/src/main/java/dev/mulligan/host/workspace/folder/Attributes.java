package dev.mulligan.host.workspace.folder;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a file is besides its content.
 *
 * @param mode permission bits, at most 07777
 * @param extended the extended attributes that are kept: the user's own, access control lists, and SELinux's label
 */
public record Attributes(int mode, int uid, int gid, Instant modified, SortedMap<String, ByteString> extended) {
    private static final int SPECIAL = 07000;

    public Attributes {
        extended = Collections.unmodifiableSortedMap(new TreeMap<>(extended));
    }

    /** Without extended ones. */
    public static Attributes of(int mode, int uid, int gid, Instant modified) {
        return new Attributes(mode, uid, gid, modified, Collections.emptySortedMap());
    }

    public Attributes withMode(int other) {
        return new Attributes(other, uid, gid, modified, extended);
    }

    public Attributes withModified(Instant other) {
        return new Attributes(mode, uid, gid, other, extended);
    }

    /** Whether it has set-user-id, set-group-id or sticky. */
    public boolean isSpecial() {
        return (mode & SPECIAL) != 0;
    }

    /** Those that belong to a file's owner, and not to what the kernel keeps with it. */
    static SortedMap<String, ByteString> kept(Map<String, ByteString> all) {
        SortedMap<String, ByteString> kept = new TreeMap<>(all);
        kept.keySet()
                .removeIf(name -> !name.startsWith("user.")
                        && !name.startsWith("system.posix_acl_")
                        && !name.equals("security.selinux"));
        return kept;
    }
}
