package dev.mulligan.vm.libvirt.moment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of a moment, the disk of a device state, and the memory of a process: this one's own. */
final class MomentFileTest {
    @TempDir
    Path directory;

    private static final ByteBuffer DEVICES = ByteBuffer.wrap("devices".getBytes(StandardCharsets.US_ASCII));

    @Test
    void whatIsWrittenIsRead() throws IOException {
        Path file = directory.resolve("moment");
        byte[] content = new byte[3 * Pages.SIZE];
        new Random(3).nextBytes(content);
        // Many more were found than are worth their room.
        try (MomentWriter writer = MomentWriter.begin(file, "<domain/>", DEVICES, 5000)) {
            writer.content().write(ByteBuffer.wrap(content));
            writer.complete(new Pages(new int[] {3, 4, 9}));
        }
        MomentFile moment = MomentFile.read(file).orElseThrow();
        assertThat(contentOf(file, moment)).isEqualTo(content);
        assertThat(moment.description()).isEqualTo("<domain/>");
        assertThat(moment.devices()).isEqualTo(DEVICES);
        List<String> runs = new ArrayList<>();
        moment.pages().runs(256, (first, count) -> runs.add(first + "+" + count));
        assertThat(runs).containsExactly("3+2", "9+1");
        assertThat(moment.content() % Pages.SIZE).isZero();
    }

    private static byte[] contentOf(Path file, MomentFile moment) throws IOException {
        byte[] all = Files.readAllBytes(file);
        return Arrays.copyOfRange(all, Math.toIntExact(moment.content()), all.length);
    }

    @Test
    void oneWithoutPagesIsRead() throws IOException {
        Path file = directory.resolve("moment");
        try (MomentWriter writer = MomentWriter.begin(file, "<domain/>", DEVICES, 5000)) {
            writer.complete(Pages.NONE);
        }
        MomentFile moment = MomentFile.read(file).orElseThrow();
        assertThat(moment.devices()).isEqualTo(DEVICES);
        assertThat(contentOf(file, moment)).isEmpty();
    }

    /** Its content began right behind the numbers of its pages, and the file said only that it was whole. */
    @Test
    void oneOfAnEarlierVersionIsRead() throws IOException {
        Path file = directory.resolve("moment");
        byte[] text = "<domain/>".getBytes(StandardCharsets.US_ASCII);
        ByteBuffer old = ByteBuffer.allocate(2 * Pages.SIZE);
        old.put("MULLIGAN-MOMENT1".getBytes(StandardCharsets.US_ASCII)).putLong(1);
        old.putLong(text.length).putLong(DEVICES.remaining()).putLong(1);
        old.put(text).put(DEVICES.duplicate()).putInt(17);
        Arrays.fill(old.array(), Pages.SIZE, 2 * Pages.SIZE, (byte) 5);
        Files.write(file, old.array());
        MomentFile moment = MomentFile.read(file).orElseThrow();
        assertThat(moment.description()).isEqualTo("<domain/>");
        assertThat(numbers(moment.pages())).containsExactly(17);
        assertThat(contentOf(file, moment)).hasSize(Pages.SIZE).containsOnly(5);
    }

    @Test
    void whatIsNotCompleteOrShortIsNoMoment() throws IOException {
        Path file = directory.resolve("moment");
        try (MomentWriter writer = MomentWriter.begin(file, "<domain/>", DEVICES, 1)) {
            writer.content().write(ByteBuffer.allocate(Pages.SIZE));
            assertThat(MomentFile.read(file)).as("while it is written").isEmpty();
            writer.complete(new Pages(new int[] {1}));
        }
        assertThat(MomentFile.read(file)).isPresent();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() - 1);
        }
        assertThat(MomentFile.read(file)).as("cut off").isEmpty();
        Files.write(file, new byte[100]);
        assertThat(MomentFile.read(file)).as("something else").isEmpty();
    }

    @Test
    void aDeviceStateTooLargeForItsDiskIsRefused() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> DeviceStateDisk.of(ByteBuffer.allocate(600 << 20)))
                .withMessageContaining("expected");
    }

    @Test
    void thePagesThatAProcessWroteAreFoundReadAndPutBack() throws IOException {
        // Any private mapping of a file will do: a process may read its own memory without special rights.
        int size = 64 * Pages.SIZE;
        Path file = directory.resolve("memory");
        byte[] frozen = new byte[size];
        new Random(1).nextBytes(frozen);
        Files.write(file, frozen);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var mapped = channel.map(FileChannel.MapMode.PRIVATE, 0, size);
            for (int page = 0; page < 64; page++) {
                assertThat(mapped.get(page * Pages.SIZE)).isEqualTo(frozen[page * Pages.SIZE]);
            }
            mapped.put(5 * Pages.SIZE, (byte) 1)
                    .put(6 * Pages.SIZE + 7, (byte) 2)
                    .put(63 * Pages.SIZE, (byte) 3);
            try (ProcessMemory memory =
                    ProcessMemory.open(ProcessHandle.current().pid(), file, size, 0)) {
                Pages written = memory.written();
                assertThat(numbers(written)).containsExactly(5, 6, 63);
                Path copy = directory.resolve("copy");
                try (FileChannel target = FileChannel.open(
                        copy, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                    assertThat(numbers(memory.copyTo(target, written))).containsExactly(5, 6, 63);
                    mapped.put(5 * Pages.SIZE, (byte) 99).put(6 * Pages.SIZE + 7, (byte) 99);
                    memory.copyFrom(target, 0, written);
                }
            }
            assertThat(mapped.get(5 * Pages.SIZE)).isEqualTo((byte) 1);
            assertThat(mapped.get(6 * Pages.SIZE + 7)).isEqualTo((byte) 2);
            assertThat(mapped.get(6 * Pages.SIZE + 8)).isEqualTo(frozen[6 * Pages.SIZE + 8]);
            assertThat(mapped.get(63 * Pages.SIZE)).isEqualTo((byte) 3);
        }
        assertThat(Files.readAllBytes(file)).as("the frozen file").isEqualTo(frozen);
    }

    @Test
    void burstMemoryComesBehindTheFileAndBeganAsZeros() throws IOException {
        int size = 8 * Pages.SIZE;
        // A size that nothing else in this process has.
        int burst = 1357 * Pages.SIZE;
        Path file = directory.resolve("memory");
        byte[] frozen = new byte[size];
        new Random(2).nextBytes(frozen);
        Files.write(file, frozen);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                AnonymousMapping beside = AnonymousMapping.of(burst)) {
            var mapped = channel.map(FileChannel.MapMode.PRIVATE, 0, size);
            mapped.put(7 * Pages.SIZE, (byte) 1);
            ByteBuffer without = beside.content();
            without.put(0, (byte) 2).put(1356 * Pages.SIZE + 9, (byte) 3);
            // The process's own from now on, and nothing in it.
            without.put(5 * Pages.SIZE, (byte) 0);
            // A run of pages, with some in it that are zero: the first, two in the middle, the last.
            for (int page = 300; page < 308; page++) {
                boolean zero = page == 300 || page == 303 || page == 304 || page == 307;
                without.put(page * Pages.SIZE, (byte) (zero ? 0 : page));
            }
            try (ProcessMemory memory =
                    ProcessMemory.open(ProcessHandle.current().pid(), file, size, burst)) {
                Pages written = memory.written();
                assertThat(numbers(written)).contains(7, 8, 8 + 5, 8 + 1356);
                Path copy = directory.resolve("copy");
                try (FileChannel target = FileChannel.open(
                        copy, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                    Pages changed = memory.copyTo(target, written);
                    assertThat(numbers(changed)).containsExactly(7, 8, 8 + 301, 8 + 302, 8 + 305, 8 + 306, 8 + 1356);
                    assertThat(target.size()).isEqualTo(7L * Pages.SIZE);
                    assertThat(memory.burst(changed)).isEqualTo(6L * Pages.SIZE);
                    mapped.put(7 * Pages.SIZE, (byte) 99).put(6 * Pages.SIZE, (byte) 99);
                    without.put(0, (byte) 99).put(5 * Pages.SIZE, (byte) 99).put(1356 * Pages.SIZE + 9, (byte) 99);
                    for (int page = 300; page < 308; page++) {
                        without.put(page * Pages.SIZE, (byte) 99);
                    }
                    memory.copyFrom(target, 0, changed);
                    memory.restore(channel, memory.written().without(changed));
                }
            }
            assertThat(mapped.get(6 * Pages.SIZE)).isEqualTo(frozen[6 * Pages.SIZE]);
            assertThat(mapped.get(7 * Pages.SIZE)).isEqualTo((byte) 1);
            assertThat(without.get(0)).isEqualTo((byte) 2);
            assertThat(without.get(5 * Pages.SIZE)).isZero();
            assertThat(without.get(1356 * Pages.SIZE + 9)).isEqualTo((byte) 3);
            assertThat(IntStream.range(300, 308)
                            .map(page -> without.get(page * Pages.SIZE) & 0xff)
                            .boxed())
                    .containsExactly(0, 301 & 0xff, 302 & 0xff, 0, 0, 305 & 0xff, 306 & 0xff, 0);
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> ProcessMemory.open(ProcessHandle.current().pid(), file, size, burst + Pages.SIZE))
                    .withMessageContaining("without a file");
        }
    }

    private static List<Integer> numbers(Pages pages) throws IOException {
        List<Integer> numbers = new ArrayList<>();
        pages.runs(1, (first, count) -> numbers.add(first));
        return numbers;
    }

    @Test
    void aProcessThatMapsNoSuchFileIsRefused() throws IOException {
        Path file = directory.resolve("none");
        Files.write(file, new byte[Pages.SIZE]);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> ProcessMemory.open(ProcessHandle.current().pid(), file, Pages.SIZE, 0))
                .withMessageContaining("expected");
    }
}
