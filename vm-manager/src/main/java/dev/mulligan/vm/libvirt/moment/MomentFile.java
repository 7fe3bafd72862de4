package dev.mulligan.vm.libvirt.moment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/**
 * A moment on disk. All numbers are big-endian.
 *
 * <pre>
 *  0  "MULLIGAN-MOMENT1"
 * 16  complete: 0 while it is written, then 1
 * 24  lengths: of the description, of the devices' state, number of pages (8 bytes each)
 * 48  description (the machine's XML), devices' state, page numbers (4 bytes each)
 *     from the next multiple of 4096 on: the pages' content
 * </pre>
 *
 * @param description what the machine looked like, as libvirt's XML
 * @param devices the state of its devices; a view that cannot be written to
 * @param pages which pages of the memory differ from the template's
 * @param content where the first page's content is in the file
 */
public record MomentFile(String description, ByteBuffer devices, Pages pages, long content) {
    /** Where the file says where its content begins: 0 until it is whole. */
    static final int CONTENT_AT = 16;

    private static final byte[] MAGIC = "MULLIGAN-MOMENT1".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER = 48;
    private static final int LONGEST_DESCRIPTION = 16 << 20;
    private static final int LONGEST_STATE = 256 << 20;

    // What earlier versions wrote there: that it is whole, and begins right behind the numbers of its pages.
    private static final long RIGHT_BEHIND = 1;

    /** Where content may begin, at least. */
    static long contentBehind(long text, long state, long pages) {
        return Math.ceilDiv(HEADER + text + state + pages * Integer.BYTES, Pages.SIZE) * (long) Pages.SIZE;
    }

    /** All before the content, except where that begins. */
    static ByteBuffer head(byte[] description, ByteBuffer devices, Pages pages) {
        int numbers = pages.count() * Integer.BYTES;
        ByteBuffer head = ByteBuffer.allocate(HEADER + description.length + devices.remaining() + numbers);
        head.put(MAGIC)
                .putLong(0)
                .putLong(description.length)
                .putLong(devices.remaining())
                .putLong(pages.count());
        head.put(description).put(devices.duplicate());
        pages.writeTo(head.asIntBuffer());
        return head.clear();
    }

    /** Reads all but the content; empty if the file is no moment, or not complete. */
    public static Optional<MomentFile> read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer head = ByteBuffer.allocate(HEADER);
            if (!fill(channel, head, 0)) {
                return Optional.empty();
            }
            byte[] magic = new byte[MAGIC.length];
            head.get(magic);
            long begin = head.getLong();
            long text = head.getLong();
            long state = head.getLong();
            long count = head.getLong();
            boolean sane = Arrays.equals(magic, MAGIC)
                    && text >= 0
                    && text <= LONGEST_DESCRIPTION
                    && state >= 0
                    && state <= LONGEST_STATE
                    && count >= 0
                    && count <= Integer.MAX_VALUE / Integer.BYTES;
            if (!sane) {
                return Optional.empty();
            }
            long least = contentBehind(text, state, count);
            long content = begin == RIGHT_BEHIND ? least : begin;
            boolean whole = content >= least && channel.size() == content + count * Pages.SIZE;
            return whole ? Optional.of(body(channel, (int) text, (int) state, (int) count, content)) : Optional.empty();
        }
    }

    private static MomentFile body(FileChannel channel, int text, int state, int count, long content)
            throws IOException {
        ByteBuffer body = ByteBuffer.allocate(text + state + count * Integer.BYTES);
        if (!fill(channel, body, HEADER)) {
            throw new IOException("a moment became shorter while it was read");
        }
        byte[] description = new byte[text];
        ByteBuffer devices = body.get(description).slice(text, state).asReadOnlyBuffer();
        int[] numbers = new int[count];
        body.position(text + state).asIntBuffer().get(numbers);
        return new MomentFile(new String(description, StandardCharsets.UTF_8), devices, new Pages(numbers), content);
    }

    private static boolean fill(FileChannel channel, ByteBuffer buffer, long position) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                return false;
            }
        }
        buffer.flip();
        return true;
    }
}
