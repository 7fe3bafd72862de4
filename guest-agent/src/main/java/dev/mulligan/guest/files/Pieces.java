package dev.mulligan.guest.files;

/** How large a file's content, or an archive, is cut. */
final class Pieces {
    /** In bytes, in one message. Each message is some changes of threads, in the guest and on the host. */
    static final int LARGEST = 256 * 1024;

    private Pieces() {}
}
