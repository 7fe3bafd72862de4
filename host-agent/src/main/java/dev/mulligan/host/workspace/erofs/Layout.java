package dev.mulligan.host.workspace.erofs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/**
 * Gives out the space of an image: whole blocks for content, and in between blocks into which inodes are put one after
 * another. Inodes may be anywhere, so nothing must be known beforehand and nothing is moved.
 */
final class Layout {
    static final int BLOCK = 4096;
    static final int SLOT = 32;

    /** Where the first inode, the root's, is: behind the superblock, which begins at 1,024 and has 128 bytes. */
    static final int FIRST_INODE = 1024 + 128;

    private final FileChannel channel;
    private final ByteBuffer shared = ByteBuffer.allocateDirect(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    private long sharedBlock;
    private int sharedUsed = FIRST_INODE;
    private long nextBlock = 1;

    Layout(FileChannel channel) {
        this.channel = channel;
    }

    /** The block that the next {@link #take} gives; all before it are taken. */
    long next() {
        return nextBlock;
    }

    /** Takes whole blocks, one behind the other; returns the first. */
    long take(long blocks) {
        long first = nextBlock;
        nextBlock += blocks;
        return first;
    }

    /** Removes what was written to blocks that nobody has taken. */
    void cut() throws IOException {
        channel.truncate(nextBlock * BLOCK);
    }

    /** Takes some bytes that do not cross a block's end; returns where in the image they are. */
    long takeShared(int bytes) throws IOException {
        int aligned = (bytes + SLOT - 1) / SLOT * SLOT;
        if (sharedUsed + aligned > BLOCK) {
            flush();
            sharedBlock = take(1);
            sharedUsed = 0;
            for (int at = 0; at < BLOCK; at += Long.BYTES) {
                shared.putLong(at, 0);
            }
        }
        long offset = sharedBlock * BLOCK + sharedUsed;
        sharedUsed += aligned;
        return offset;
    }

    /** Writes into what {@link #takeShared} gave; it may have been long ago. */
    void putShared(long offset, ByteBuffer bytes) throws IOException {
        if (offset / BLOCK == sharedBlock) {
            shared.put((int) (offset % BLOCK), bytes, bytes.position(), bytes.remaining());
        } else {
            write(offset, bytes);
        }
    }

    void flush() throws IOException {
        write(sharedBlock * BLOCK, shared.duplicate().clear());
    }

    void write(long offset, ByteBuffer bytes) throws IOException {
        ByteBuffer left = bytes.duplicate();
        long at = offset;
        while (left.hasRemaining()) {
            at += channel.write(left, at);
        }
    }
}
