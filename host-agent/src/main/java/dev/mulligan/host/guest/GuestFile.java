package dev.mulligan.host.guest;

import java.time.Instant;

/** A directory entry in a guest. {@code linkTarget} is empty but for symbolic links. */
public record GuestFile(
        GuestPath path, Type type, long size, int mode, int uid, int gid, Instant modified, String linkTarget) {
    public enum Type {
        REGULAR,
        DIRECTORY,
        SYMBOLIC_LINK,
        OTHER
    }
}
