package dev.mulligan.image.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Unpacks the kernel out of a bzImage, so that the guest does not have to: without KVM that alone is a sixth of the time
 * until the guest agent runs. QEMU starts such a kernel through its PVH entry point.
 *
 * <p>The layout is that of Linux, Documentation/arch/x86/boot.rst. What is not as expected (another architecture,
 * another compression, no PVH entry) is returned as it came: it boots too, more slowly.
 */
final class KernelImage {

    private static final Logger log = LoggerFactory.getLogger(KernelImage.class);

    private static final int MAGIC_OFFSET = 0x202;
    private static final int MAGIC = 0x53726448; // "HdrS"
    private static final int SECTOR = 512;
    private static final int LARGEST = 256 << 20;

    private KernelImage() {}

    static byte[] unpack(byte[] image) {
        if (image.length < 0x260) {
            return image;
        }
        ByteBuffer header = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
        boolean knowsPayload = header.getInt(MAGIC_OFFSET) == MAGIC && header.getShort(0x206) >= 0x0208;
        if (!knowsPayload) {
            return image;
        }
        int setupSectors = image[0x1f1] == 0 ? 4 : image[0x1f1] & 0xff;
        long start = (setupSectors + 1L) * SECTOR + Integer.toUnsignedLong(header.getInt(0x248));
        long length = Integer.toUnsignedLong(header.getInt(0x24c));
        if (length < 8 || start + length > image.length) {
            return image;
        }
        try {
            byte[] kernel = payload(image, (int) start, (int) length);
            return PvhEntry.isIn(kernel) ? kernel : image;
        } catch (IOException e) {
            log.warn("the kernel stays packed, and sandboxes boot more slowly: {}", e.getMessage());
            return image;
        }
    }

    private static byte[] payload(byte[] image, int start, int length) throws IOException {
        if (Zstandard.isPacked(image, start)) {
            // The kernel's build appends the size of what comes out (scripts/Makefile.lib, size_append).
            int size = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN).getInt(start + length - 4);
            return Zstandard.unpack(image, start, length - 4, Integer.toUnsignedLong(size));
        }
        if (image[start] == 0x1f && (image[start + 1] & 0xff) == 0x8b) {
            ByteArrayInputStream packed = new ByteArrayInputStream(image, start, length);
            try (GZIPInputStream gzip = new GZIPInputStream(packed)) {
                return gzip.readNBytes(LARGEST);
            }
        }
        return Arrays.copyOfRange(image, start, start + length);
    }
}
