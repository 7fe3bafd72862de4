package dev.mulligan.vm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Many checkpoints in a row of a real machine: its chain is shortened beside it, and each is still a way back. */
@Tag("vm")
final class ShorteningIT {
    private static final VmId ID = new VmId("deep");
    private static final int MEBIBYTES = 16;
    private static final int MUCH = 60;

    /** How many layers a chain has when the copy in the background begins, and when a checkpoint waits for it. */
    private static final int LONG_CHAIN = 12;

    private static final int LONGEST_CHAIN = 20;

    private final RealHost host = new RealHost();
    private VmManager manager = host.open();

    @BeforeEach
    void define() {
        Template template = manager.templates()
                .prepare(host.spec(new VmId("any")), "deep", (port, log) -> new TinyGuestVoice(port).remember("warm"));
        manager.define(host.spec(ID), template).start();
    }

    @AfterEach
    void close() {
        host.keepLogs("ShorteningIT");
        manager.list().forEach(Vm::delete);
        assertThat(manager.leftovers()).isEmpty();
        manager.close();
        host.close();
    }

    private Vm vm() {
        return manager.find(ID).orElseThrow();
    }

    private TinyGuestVoice guest() {
        return new TinyGuestVoice(vm().guestPort());
    }

    private void fill(int mebibytes) {
        guest().fill(mebibytes);
        Await.until("all written", () -> guest().missing().equals("0"));
    }

    /** Reads all of it from the disk again. */
    private void requireFilled(int mebibytes) {
        guest().check(mebibytes);
        Await.until("all read", () -> !guest().missing().isEmpty());
        assertThat(guest().missing()).as("bytes that are not as written").isEqualTo("0");
    }

    private JsonNode record() throws IOException {
        return new ObjectMapper()
                .readTree(vm().guestPort().resolveSibling("vm.json").toFile());
    }

    /** How many layers each generation has, the oldest first: a layer without a parent begins one. */
    private List<Integer> generations() throws IOException {
        Map<String, String> roots = new LinkedHashMap<>();
        Map<String, Integer> lengths = new LinkedHashMap<>();
        for (JsonNode layer : record().path("layers")) {
            String name = layer.path("name").asText();
            String root = layer.has("parent") ? roots.get(layer.path("parent").asText()) : name;
            roots.put(name, root);
            lengths.merge(root, 1, Integer::sum);
        }
        return List.copyOf(lengths.values());
    }

    /** The layer that the guest writes to. */
    private Path top() throws IOException {
        return vm().guestPort()
                .resolveSibling("files")
                .resolve(record().path("top").asText());
    }

    /** The files of its disk that a process holds, as the kernel names them: one that is gone says so. */
    private List<String> openLayers(ProcessHandle process) {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
            List<String> open = new ArrayList<>();
            for (Path descriptor : descriptors.toList()) {
                String file = Files.readSymbolicLink(descriptor).toString();
                if (file.contains(vm().guestPort().resolveSibling("files").toString())) {
                    open.add(file);
                }
            }
            return open;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aMachineThatGoesBackLetsGoOfTheDiskThatItHad() {
        Checkpoint back = vm().checkpoint(CheckpointKind.FULL, "back");
        vm().revert(back.id());
        ProcessHandle process = host.process(vm());
        List<String> once = openLayers(process);
        assertThat(once).isNotEmpty();
        for (int round = 0; round < 5; round++) {
            guest().writeDisk("round " + round);
            vm().revert(back.id());
        }
        assertThat(host.process(vm())).as("still the same process").isEqualTo(process);
        assertThat(openLayers(process)).hasSameSizeAs(once).noneMatch(file -> file.endsWith("(deleted)"));
    }

    @Test
    void eachOfFortyCheckpointsIsAWayBack() {
        Map<Checkpoint, String> taken = new LinkedHashMap<>();
        fill(MEBIBYTES);
        for (int number = 0; number < 40; number++) {
            String text = "step " + number;
            guest().writeDisk(text);
            taken.put(vm().checkpoint(number % 5 == 0 ? CheckpointKind.FULL : CheckpointKind.DISK, text), text);
        }
        var random = new Random(3);
        List<Checkpoint> full = taken.keySet().stream()
                .filter(checkpoint -> checkpoint.kind() == CheckpointKind.FULL)
                .toList();
        for (int round = 0; round < 8; round++) {
            Checkpoint back = full.get(random.nextInt(full.size()));
            vm().revert(back.id());
            assertThat(guest().readDisk()).isEqualTo(taken.get(back));
            requireFilled(MEBIBYTES);
        }
        taken.forEach((checkpoint, text) -> {
            vm().attachCheckpoint(checkpoint.id(), "past");
            assertThat(guest().readAttached("past")).isEqualTo(text);
            vm().detach("past");
        });
        Checkpoint disk = taken.keySet().stream()
                .filter(checkpoint -> checkpoint.kind() == CheckpointKind.DISK)
                .toList()
                .get(5);
        vm().revert(disk.id());
        assertThat(guest().readDisk()).as("from a layer that was merged since").isEqualTo(taken.get(disk));
    }

    @Test
    void withTimeBetweenTwoCheckpointsNoneHasToWaitForACopy() throws IOException {
        fill(MEBIBYTES);
        guest().writeDisk("kept");
        deepen(LONG_CHAIN - generations().getLast());
        while (generations().size() == 1) {
            Path top = top();
            Await.until("all copied", () -> mebibytes(top) >= MEBIBYTES);
            // That there is nothing left to copy, QEMU finds a moment later; or the next round does.
            deepen(1);
        }
        assertThat(generations().getFirst())
                .as("ended before the chain was so long that a checkpoint waits")
                .isBetween(LONG_CHAIN - 1, LONGEST_CHAIN - 2);
        assertThat(guest().readDisk()).isEqualTo("kept");
        requireFilled(MEBIBYTES);
    }

    @Test
    void aKillOfProcessOrProgramBesideTheCopyLosesNothing() {
        fill(MEBIBYTES);
        guest().writeDisk("kept");
        deepen(12);
        manager.close();
        manager = host.open();
        assertThat(guest().readDisk()).isEqualTo("kept");
        Checkpoint full = vm().checkpoint(CheckpointKind.FULL, "after the restart");
        deepen(11);
        assertThat(host.process(vm()).destroyForcibly()).isTrue();
        Await.until("the crash seen", () -> vm().state() == VmState.CRASHED);
        vm().revert(full.id());
        assertThat(guest().readDisk()).isEqualTo("kept");
        deepen(13);
        vm().save();
        vm().start();
        assertThat(guest().readDisk()).isEqualTo("kept");
        requireFilled(MEBIBYTES);
    }

    @Test
    void aProcessKilledInTheMiddleOfACopyLeavesTheWholeDisk() throws IOException {
        fill(MUCH);
        guest().writeDisk("kept");
        ProcessHandle process = host.process(vm());
        deepen(LONG_CHAIN - generations().getLast());
        assertThat(generations()).containsExactly(LONG_CHAIN);
        String before = record().path("layers").toString();
        Path top = top();
        Await.until("some copied", () -> mebibytes(top) >= 4);
        assertThat(process.destroyForcibly()).isTrue();
        Await.until("the crash seen", () -> vm().state() == VmState.CRASHED);
        System.err.printf("ShorteningIT: killed after %d of %d MiB%n", mebibytes(top), MUCH);
        // On a slow host all may be copied by now: until a verb makes it count, that counts as little.
        assertThat(record().path("layers")).hasToString(before);
        vm().start();
        assertThat(guest().readDisk()).as("on the half-filled layer").isEqualTo("kept");
        requireFilled(MUCH);
        deepen(2);
        assertThat(guest().readDisk()).isEqualTo("kept");
        requireFilled(MUCH);
    }

    private static long mebibytes(Path file) {
        try {
            return Files.size(file) >> 20;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void deepen(int count) {
        for (int number = 0; number < count; number++) {
            vm().checkpoint(CheckpointKind.DISK, "one of many");
        }
    }

    @Test
    void threeHundredInARowStayQuick() throws Exception {
        fill(MEBIBYTES);
        List<Duration> calls = new ArrayList<>();
        for (int number = 0; number < 300; number++) {
            guest().writeDisk("step " + number);
            long begin = System.nanoTime();
            vm().checkpoint(CheckpointKind.DISK, "step " + number);
            calls.add(Duration.ofNanos(System.nanoTime() - begin));
        }
        List<Duration> sorted = calls.stream().sorted().toList();
        String figures = "p50 %d ms, p95 %d ms, max %d ms; slower than 100 ms: %d"
                .formatted(
                        sorted.get(149).toMillis(),
                        sorted.get(284).toMillis(),
                        sorted.getLast().toMillis(),
                        calls.stream().filter(call -> call.toMillis() > 100).count());
        List<Integer> generations = generations();
        List<Integer> ended = generations.subList(0, generations.size() - 1);
        Files.writeString(
                Files.createDirectories(Path.of("target")).resolve("shortening.txt"),
                figures + "; layers of each generation: " + generations + "\n");
        assertThat(sorted.get(149)).as(figures).isLessThan(Duration.ofMillis(300));
        try (Stream<Path> layers = Files.list(vm().guestPort().resolveSibling("files"))) {
            assertThat(layers.count()).isGreaterThanOrEqualTo(300);
        }
        // The top that took in what is below it begins the next generation: one less is left of the one that ended.
        assertThat(ended)
                .as("each was long enough to begin, none longer than allowed: " + generations)
                .isNotEmpty()
                .allMatch(length -> length >= LONG_CHAIN - 1 && length <= LONGEST_CHAIN - 1);
        assertThat(guest().readDisk()).isEqualTo("step 299");
        requireFilled(MEBIBYTES);
    }
}
