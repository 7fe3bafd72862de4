package dev.mulligan.image.archive;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.zstd.ZstdDecompressor;
import java.io.IOException;
import java.util.Arrays;

/**
 * Unpacks Zstandard (RFC 8878), which Debian and Ubuntu use for kernels and modules. The library's native code is used
 * where it can be loaded: its Java code refuses the large windows that kernels are packed with.
 */
final class Zstandard {

    private static final int LARGEST = 256 << 20;

    private Zstandard() {}

    static boolean isPacked(byte[] content, int offset) {
        return content.length >= offset + 4
                && content[offset] == 0x28
                && (content[offset + 1] & 0xff) == 0xb5
                && content[offset + 2] == 0x2f
                && (content[offset + 3] & 0xff) == 0xfd;
    }

    /**
     * Unpacks one frame.
     *
     * @param size of what comes out, at most 256 MiB
     */
    static byte[] unpack(byte[] packed, int offset, int length, long size) throws IOException {
        if (size < 0 || size > LARGEST) {
            throw new IOException("Zstandard: unpacks to " + size + " bytes (expected: at most " + LARGEST + ")");
        }
        byte[] output = new byte[(int) size];
        try {
            int written = ZstdDecompressor.create().decompress(packed, offset, length, output, 0, output.length);
            return written == output.length ? output : Arrays.copyOf(output, written);
        } catch (MalformedInputException | IllegalArgumentException e) {
            // The first from the Java code, the second from the native one.
            throw new IOException("Zstandard: " + e.getMessage(), e);
        }
    }
}
