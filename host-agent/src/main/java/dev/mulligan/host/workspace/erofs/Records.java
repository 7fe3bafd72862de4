package dev.mulligan.host.workspace.erofs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The records of the format, byte by byte: struct erofs_super_block and struct erofs_inode_extended. */
final class Records {
    static final int SUPERBLOCK_OFFSET = 1024;

    /** Bytes of an inode; its content may follow at once. */
    static final int INODE = 64;

    private static final int SUPERBLOCK = 128;
    private static final int MAGIC = 0xE0F5E1E2;
    private static final int TIMES_ARE_OF_CONTENT = 2;
    private static final byte BLOCK_BITS = 12;
    private static final int EXTENDED = 1;
    private static final int PLAIN = 0;
    private static final int INLINE = 2;

    private Records() {}

    /**
     * The superblock. It says nothing of when and by whom the image was made, so that the same folder is the same image.
     *
     * @param root the root's inode number
     */
    static ByteBuffer superblock(long root, long inodes, long blocks) {
        return record(SUPERBLOCK)
                .putInt(0, MAGIC)
                .putInt(8, TIMES_ARE_OF_CONTENT)
                .put(12, BLOCK_BITS)
                .putShort(14, (short) root)
                .putLong(16, inodes)
                .putInt(36, (int) blocks);
    }

    /** An inode whose content begins with that block. */
    static ByteBuffer plain(
            Inode.Kind kind, Attributes attributes, Owner owner, int serial, int names, long size, long block) {
        return inode(PLAIN, kind, attributes, owner, serial, names, size).putInt(16, (int) block);
    }

    /** An inode whose content follows it. */
    static ByteBuffer inline(Inode.Kind kind, Attributes attributes, Owner owner, int serial, int names, long size) {
        return inode(INLINE, kind, attributes, owner, serial, names, size);
    }

    private static ByteBuffer inode(
            int layout, Inode.Kind kind, Attributes attributes, Owner owner, int serial, int names, long size) {
        return record(INODE)
                .putShort(0, (short) (EXTENDED | layout << 1))
                .putShort(4, kind.mode(attributes.permissions()))
                .putLong(8, size)
                .putInt(20, serial)
                .putInt(24, owner.uid())
                .putInt(28, owner.gid())
                .putLong(32, attributes.modifiedSeconds())
                .putInt(40, attributes.modifiedNanos())
                .putInt(44, names);
    }

    private static ByteBuffer record(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
