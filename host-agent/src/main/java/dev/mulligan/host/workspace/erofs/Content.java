package dev.mulligan.host.workspace.erofs;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The content of one file on its way into an image. What fits in a block beside its inode stays in memory until its end;
 * anything longer goes to blocks of its own as it comes.
 */
public final class Content {
    private static final int LONGEST_INLINE = Layout.BLOCK - Records.INODE;
    private static final int BUFFER = 1 << 20;

    private final ErofsWriter writer;
    private final Layout layout;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    private long size;
    private long firstBlock;

    Content(ErofsWriter writer, Layout layout) {
        this.writer = writer;
        this.layout = layout;
    }

    /** Forgets what was written and has not ended: it is to be written anew, or not at all. */
    public void restart() throws IOException {
        if (size > buffer.position()) {
            layout.cut();
        }
        begin();
    }

    private void begin() {
        buffer.clear();
        size = 0;
        firstBlock = layout.next();
    }

    /** The next bytes: those between position and limit. */
    public void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (!buffer.hasRemaining()) {
                spill();
            }
            int count = Math.min(buffer.remaining(), bytes.remaining());
            buffer.put(buffer.position(), bytes, bytes.position(), count);
            buffer.position(buffer.position() + count);
            bytes.position(bytes.position() + count);
            size += count;
        }
    }

    public long size() {
        return size;
    }

    private void spill() throws IOException {
        long written = size - buffer.position();
        layout.write(firstBlock * Layout.BLOCK + written, buffer.flip());
        buffer.clear();
    }

    /** All is written; the next file can be begun. */
    public Inode end(Attributes attributes) throws IOException {
        Inode inode = put(attributes);
        begin();
        return inode;
    }

    private Inode put(Attributes attributes) throws IOException {
        if (size > LONGEST_INLINE) {
            while (buffer.position() % Layout.BLOCK != 0) {
                buffer.put((byte) 0);
            }
            if (buffer.position() > 0) {
                layout.write(firstBlock * Layout.BLOCK + written(), buffer.flip());
            }
            layout.take((size + Layout.BLOCK - 1) / Layout.BLOCK);
            return writer.plain(Inode.Kind.FILE, attributes, size, firstBlock);
        }
        return writer.inline(Inode.Kind.FILE, attributes, buffer.flip());
    }

    /** What is in the image already: the buffer is spilled as a whole only. */
    private long written() {
        return (size - 1) / BUFFER * BUFFER;
    }
}
