package dev.mulligan.vm;

import static org.assertj.core.api.Assertions.assertThat;

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

    private void fill() {
        guest().fill(MEBIBYTES);
        Await.until("all written", () -> guest().missing().equals("0"));
    }

    @Test
    void eachOfFortyCheckpointsIsAWayBack() {
        Map<Checkpoint, String> taken = new LinkedHashMap<>();
        fill();
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
            assertThat(guest().missing()).isEqualTo("0");
        }
        taken.forEach((checkpoint, text) -> {
            vm().attachCheckpoint(checkpoint.id(), "past");
            assertThat(guest().readAttached("past")).isEqualTo(text);
            vm().detach("past");
        });
    }

    @Test
    void aKillOfProcessOrProgramBesideTheCopyLosesNothing() {
        fill();
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
        assertThat(guest().missing()).isEqualTo("0");
    }

    private void deepen(int count) {
        for (int number = 0; number < count; number++) {
            vm().checkpoint(CheckpointKind.DISK, "one of many");
        }
    }

    @Test
    void threeHundredInARowStayQuick() throws Exception {
        fill();
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
        Files.writeString(Files.createDirectories(Path.of("target")).resolve("shortening.txt"), figures + "\n");
        assertThat(sorted.get(149)).as(figures).isLessThan(Duration.ofMillis(100));
        try (Stream<Path> layers = Files.list(vm().guestPort().resolveSibling("files"))) {
            assertThat(layers.count()).isGreaterThanOrEqualTo(300);
        }
        assertThat(guest().readDisk()).isEqualTo("step 299");
    }
}
