package dev.mulligan.vm.libvirt.moment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A {@link MomentFile} that is being written: its content first, since only then it is known which pages are in it. */
public final class MomentWriter implements AutoCloseable {
    private final FileChannel channel;
    private final byte[] description;
    private final ByteBuffer devices;
    private final long content;

    private MomentWriter(FileChannel channel, byte[] description, ByteBuffer devices, long content) {
        this.channel = channel;
        this.description = description;
        this.devices = devices;
        this.content = content;
    }

    /**
     * Begins a file, which is no moment yet.
     *
     * @param devices not copied, and not to be changed
     * @param most how many pages will be in it, at most
     */
    public static MomentWriter begin(Path file, String description, ByteBuffer devices, int most) throws IOException {
        byte[] text = description.getBytes(StandardCharsets.UTF_8);
        long content = MomentFile.contentBehind(text.length, devices.remaining(), most);
        FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        try {
            // Also a moment without pages reaches to where their content would begin.
            channel.write(ByteBuffer.allocate(1), content - 1);
            channel.position(content);
            return new MomentWriter(channel, text, devices, content);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Takes the pages' content, page after page. */
    public FileChannel content() {
        return channel;
    }

    /**
     * All content is there: from now on it is a moment. Durable when this returns.
     *
     * @param pages whose content it is
     */
    public void complete(Pages pages) throws IOException {
        ByteBuffer head = MomentFile.head(description, devices, pages);
        for (long at = 0; head.hasRemaining(); ) {
            at += channel.write(head, at);
        }
        channel.force(false);
        ByteBuffer whole = ByteBuffer.allocate(Long.BYTES).putLong(content).flip();
        channel.write(whole, MomentFile.CONTENT_AT);
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
