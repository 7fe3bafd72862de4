package dev.mulligan.guest.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;

final class TarRoundTripTest {
    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");

    @Test
    void keepsEveryByteOfAName() throws IOException {
        byte[] strange = new byte[255];
        for (int index = 1; index <= strange.length; index++) {
            strange[index - 1] = (byte) (index == '/' ? 'x' : index);
        }
        ByteString name = ByteString.copyFrom(strange);
        TarReader reader = new TarReader(new ByteArrayInputStream(archive(file(name, 3), "abc")));
        TarEntry entry = reader.next();
        assertThat(entry).isEqualTo(file(name, 3));
        assertThat(reader.next()).isNull();
    }

    @Test
    void anotherImplementationReadsOurs() throws IOException {
        String longName = "dir/".repeat(60) + "ünï.txt";
        byte[] bytes = archive(file(ByteString.copyFromUtf8(longName), 5), "hello");
        try (TarArchiveInputStream other = new TarArchiveInputStream(new ByteArrayInputStream(bytes), "UTF-8")) {
            TarArchiveEntry entry = other.getNextEntry();
            assertThat(entry.getName()).isEqualTo(longName);
            assertThat(entry.getMode() & 0777).isEqualTo(0640);
            assertThat(entry.getLastModifiedDate().toInstant()).isEqualTo(TIME);
            assertThat(other.readAllBytes()).asString().isEqualTo("hello");
            assertThat(other.getNextEntry()).isNull();
        }
    }

    @Test
    void readsWhatOthersWrite() throws IOException {
        for (int mode : new int[] {TarArchiveOutputStream.LONGFILE_GNU, TarArchiveOutputStream.LONGFILE_POSIX}) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            String longName = "d/".repeat(100) + "file";
            try (TarArchiveOutputStream other = new TarArchiveOutputStream(bytes, "UTF-8")) {
                other.setLongFileMode(mode);
                TarArchiveEntry entry = new TarArchiveEntry(longName);
                entry.setSize(2);
                other.putArchiveEntry(entry);
                other.write("hi".getBytes(StandardCharsets.UTF_8));
                other.closeArchiveEntry();
            }
            TarReader reader = new TarReader(new ByteArrayInputStream(bytes.toByteArray()));
            TarEntry entry = reader.next();
            assertThat(entry).isNotNull();
            assertThat(entry.name().toStringUtf8()).isEqualTo(longName);
            byte[] content = new byte[10];
            assertThat(reader.read(content)).isEqualTo(2);
            assertThat(reader.next()).isNull();
        }
    }

    @Test
    void nonsenseEndsInAnErrorAndNothingElse() throws IOException {
        byte[] good = archive(file(ByteString.copyFromUtf8("n".repeat(200)), 1000), "x".repeat(1000));
        Random random = new Random(99);
        for (int round = 0; round < 5_000; round++) {
            byte[] bad = good.clone();
            for (int flip = 0; flip < 1 + random.nextInt(8); flip++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            TarReader reader =
                    new TarReader(new ByteArrayInputStream(Arrays.copyOf(bad, random.nextInt(bad.length + 1))));
            try {
                byte[] content = new byte[4096];
                while (reader.next() != null) {
                    while (reader.read(content) >= 0) {}
                }
            } catch (TarException expected) {
                assertThat(expected).hasMessageStartingWith("tar archive: ");
            }
        }
    }

    @Test
    void aHugeExtensionIsRefusedBeforeItIsRead() throws IOException {
        byte[] header = Arrays.copyOf(archive(file(ByteString.copyFromUtf8("n".repeat(200)), 0), ""), 512);
        TarHeader.writeOctal(header, TarHeader.SIZE, TarHeader.NUMBER_LENGTH, 1L << 32);
        TarHeader.writeOctal(header, TarHeader.CHECKSUM, 8, TarHeader.checksum(header));
        assertThatThrownBy(() -> new TarReader(new ByteArrayInputStream(header)).next())
                .isInstanceOf(TarException.class)
                .hasMessageContaining("4294967296");
    }

    private static TarEntry file(ByteString name, long size) {
        return new TarEntry(name, TarEntry.Type.FILE, 0640, size, TIME, ByteString.EMPTY);
    }

    private static byte[] archive(TarEntry entry, String content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        TarWriter writer = new TarWriter(bytes);
        writer.begin(entry);
        writer.write(content.getBytes(StandardCharsets.UTF_8), content.length());
        writer.endFile();
        writer.end();
        return bytes.toByteArray();
    }
}
