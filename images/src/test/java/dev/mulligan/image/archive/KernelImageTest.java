package dev.mulligan.image.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.airlift.compress.v3.zstd.ZstdJavaCompressor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

final class KernelImageTest {

    private static final int PAYLOAD = 0x400;

    @Test
    void unpacksZstandard() {
        byte[] kernel = kernel(18);
        byte[] packed = new byte[4096];
        int length = new ZstdJavaCompressor().compress(kernel, 0, kernel.length, packed, 0, packed.length);

        assertThat(KernelImage.unpack(bzImage(withSize(Arrays.copyOf(packed, length), kernel.length))))
                .isEqualTo(kernel);
    }

    @Test
    void unpacksGzip() throws IOException {
        byte[] kernel = kernel(18);
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(kernel);
        }

        assertThat(KernelImage.unpack(bzImage(packed.toByteArray()))).isEqualTo(kernel);
    }

    @Test
    void aKernelWithoutThePvhEntryStaysAsItIs() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(kernel(6));
        }
        byte[] image = bzImage(packed.toByteArray());

        assertThat(KernelImage.unpack(image)).isSameAs(image);
    }

    @Test
    void whateverElseStaysAsItIs() {
        byte[] broken = bzImage(withSize(new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 1, 2, 3}, 100));
        byte[] lies = bzImage(new byte[8]);
        ByteBuffer.wrap(lies).order(ByteOrder.LITTLE_ENDIAN).putInt(0x24c, Integer.MAX_VALUE);

        for (byte[] image : new byte[][] {new byte[0], new byte[0x1000], broken, lies}) {
            assertThat(KernelImage.unpack(image)).isSameAs(image);
        }
    }

    /** A boot protocol header (version 2.15) with one setup sector, and the payload right behind. */
    private static byte[] bzImage(byte[] payload) {
        ByteBuffer image = ByteBuffer.allocate(PAYLOAD + payload.length).order(ByteOrder.LITTLE_ENDIAN);
        image.put(0x1f1, (byte) 1);
        image.putInt(0x202, 0x53726448);
        image.putShort(0x206, (short) 0x020f);
        image.putInt(0x248, PAYLOAD - 1024);
        image.putInt(0x24c, payload.length);
        image.put(PAYLOAD, payload);
        return image.array();
    }

    /** An ELF with one segment of notes, one note of owner Xen in it. */
    private static byte[] kernel(int noteType) {
        ByteBuffer elf = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);
        elf.putInt(0, 0x464c457f);
        elf.put(4, (byte) 2);
        elf.putLong(32, 64);
        elf.putShort(54, (short) 56);
        elf.putShort(56, (short) 1);
        elf.putInt(64, 4);
        elf.putLong(64 + 8, 128);
        elf.putLong(64 + 32, 20);
        elf.putInt(128, 4);
        elf.putInt(132, 4);
        elf.putInt(136, noteType);
        elf.putInt(140, 0x006e6558);
        elf.putInt(144, 0x1000c43);
        return elf.array();
    }

    private static byte[] withSize(byte[] packed, int size) {
        return ByteBuffer.allocate(packed.length + 4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(packed)
                .putInt(size)
                .array();
    }
}
