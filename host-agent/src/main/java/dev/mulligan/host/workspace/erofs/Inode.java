package dev.mulligan.host.workspace.erofs;

/**
 * A file that is in an image, to be given a name in a folder.
 *
 * @param number its place: bytes from the image's beginning, in units of 32
 * @param kind what it is
 * @param contentOffset where its content begins in the image, which has it in one piece
 */
public record Inode(long number, Kind kind, long contentOffset) {
    /** What names can stand for. */
    public enum Kind {
        FILE(1, 0100000),
        FOLDER(2, 0040000),
        LINK(7, 0120000);

        /** In a directory: EROFS_FT_REG_FILE and its like. */
        private final int inDirectory;

        /** In an inode: S_IFREG and its like. */
        private final int mode;

        Kind(int inDirectory, int mode) {
            this.inDirectory = inDirectory;
            this.mode = mode;
        }

        byte inDirectory() {
            return (byte) inDirectory;
        }

        short mode(int permissions) {
            return (short) (mode | permissions);
        }
    }
}
