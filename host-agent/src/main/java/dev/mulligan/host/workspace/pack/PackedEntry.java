package dev.mulligan.host.workspace.pack;

import com.google.protobuf.ByteString;

/**
 * Something that an image has.
 *
 * @param path relative to the folder, as bytes
 * @param status as it was when it was read
 * @param sha256 of a file's content; empty otherwise
 * @param target of a link; empty otherwise
 * @param size of what was read
 * @param offset where in the image a file's content begins
 */
record PackedEntry(ByteString path, Status status, ByteString sha256, ByteString target, long size, long offset) {
    private static final ByteString NONE = ByteString.EMPTY;

    static PackedEntry folder(ByteString path, Status status) {
        return new PackedEntry(path, status, NONE, NONE, 0, 0);
    }

    static PackedEntry link(ByteString path, Status status, ByteString target) {
        return new PackedEntry(path, status, NONE, target, target.size(), 0);
    }

    static PackedEntry file(ByteString path, Status status, ByteString sha256, long size, long offset) {
        return new PackedEntry(path, status, sha256, NONE, size, offset);
    }

    /** Adds all that an image says of it, and nothing that only this host knows. */
    void addTo(Fingerprint fingerprint) {
        fingerprint
                .add(path)
                .add(status.kind())
                .add(status.isLink() ? 0 : status.permissions())
                .add(status.modifiedSeconds())
                .add(status.modifiedNanos())
                .add(size)
                .add(sha256)
                .add(target);
    }
}
