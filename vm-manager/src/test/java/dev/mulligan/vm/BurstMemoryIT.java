package dev.mulligan.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A clone that once used much memory, and freed it, gives it back to the host: it goes on running meanwhile. */
@Tag("vm")
final class BurstMemoryIT {
    private static final VmId ID = new VmId("burst");
    private static final DataSize MEMORY = DataSize.ofMebibytes(768);
    private static final DataSize BURST = DataSize.ofMebibytes(512);
    private static final int MUCH = 300;
    private static final int SOME = 40;

    /** What is left of a burst may be pages that share a large page with one that is in use. */
    private static final int REST = 100;

    private final RealHost host = new RealHost();
    private final VmManager manager = host.open();
    private final Template template = manager.templates().prepare(spec(new VmId("any")), "burst", (port, log) -> {
        var guest = new TinyGuestVoice(port);
        guest.remember("warm");
        assertThat(guest.memory()).isLessThan(DataSize.ofMebibytes(256));
        guest.takeMemoryIn();
        assertThat(guest.memory()).isGreaterThan(DataSize.ofMebibytes(600));
    });
    private final Map<String, String> frozen = digests();

    private VmSpec spec(VmId id) {
        return host.spec(id, MEMORY).withBurst(BURST);
    }

    @BeforeEach
    void start() {
        manager.define(spec(ID), template).start();
    }

    @AfterEach
    void close() {
        assertThat(digests()).as("the template's files").isEqualTo(frozen);
        host.keepLogs("BurstMemoryIT");
        manager.list().forEach(Vm::delete);
        assertThat(manager.leftovers()).isEmpty();
        manager.close();
        host.close();
    }

    private Map<String, String> digests() {
        Path directory = host.directory
                .resolve("machines/.templates")
                .resolve(template.id().value());
        var digests = new TreeMap<String, String>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
                digests.put(file.getFileName().toString(), HexFormat.of().formatHex(digest));
            }
            return digests;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java has SHA-256", impossible);
        }
    }

    private Vm vm() {
        return manager.find(ID).orElseThrow();
    }

    private static TinyGuestVoice guest(Vm vm) {
        return new TinyGuestVoice(vm.guestPort());
    }

    /** Memory that only this machine's process has. */
    private int mebibytes(Vm vm) {
        Path file = Path.of("/proc/" + host.process(vm).pid() + "/smaps_rollup");
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith("Private_"))
                    .mapToInt(line -> Integer.parseInt(line.replaceAll("\\D", "")) >> 10)
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitSmall(Vm vm, int most) {
        Await.until("a process of at most " + most + " MiB", () -> mebibytes(vm) <= most);
    }

    @Test
    void whatWasUsedAndFreedGoesBackToTheHostWhileTheMachineRuns() throws IOException {
        TinyGuestVoice guest = guest(vm());
        assertThat(guest.recall()).isEqualTo("warm");
        assertThat(guest.memory()).isGreaterThan(DataSize.ofMebibytes(700));
        int before = mebibytes(vm());
        long process = host.process(vm()).pid();
        guest.use(MUCH, 'a');
        int full = mebibytes(vm());
        assertThat(full).isGreaterThan(before + MUCH - 10);
        guest.free();
        long begin = System.nanoTime();
        awaitSmall(vm(), before + REST);
        Files.writeString(
                Files.createDirectories(Path.of("target")).resolve("burst.txt"),
                "MiB before: %d, with %d in use: %d, %.1f s after they were freed: %d%n"
                        .formatted(before, MUCH, full, (System.nanoTime() - begin) / 1e9, mebibytes(vm())));
        assertThat(host.process(vm()).pid()).isEqualTo(process);
        assertThat(guest.recall()).isEqualTo("warm");
        String digest = guest.use(SOME, 'b');
        assertThat(guest.used()).isEqualTo(digest);
    }

    @Test
    void whatIsInUseIsPartOfEachWayBackAndWhatIsFreeIsNot() {
        TinyGuestVoice guest = guest(vm());
        int before = mebibytes(vm());
        String digest = guest.use(SOME, 'a');
        guest.remember("kept");
        Checkpoint moment = vm().checkpoint(CheckpointKind.FULL, "in use");
        assertThat(moment.size()).isBetween(DataSize.ofMebibytes(SOME), DataSize.ofMebibytes(SOME + 100));
        guest.free();
        guest.use(SOME / 2, 'b');
        guest.remember("damaged");
        long process = host.process(vm()).pid();
        vm().revert(moment.id());
        assertThat(host.process(vm()).pid()).as("in place").isEqualTo(process);
        assertThat(guest.recall()).isEqualTo("kept");
        assertThat(guest.used()).isEqualTo(digest);

        guest.use(MUCH, 'c');
        vm().revert(moment.id());
        assertThat(guest.used()).as("after much was used").isEqualTo(digest);
        assertThat(mebibytes(vm())).isLessThan(before + SOME + 2 * REST);

        Vm fork = vm().fork(moment.id(), new VmId("fork"), Map.of());
        fork.start();
        assertThat(guest(fork).recall()).isEqualTo("kept");
        assertThat(guest(fork).used()).isEqualTo(digest);
        guest(fork).free();
        awaitSmall(fork, before + REST);
        assertThat(guest.used()).as("the origin").isEqualTo(digest);

        vm().save();
        vm().start();
        assertThat(guest.recall()).isEqualTo("kept");
        assertThat(guest.used()).as("after a save").isEqualTo(digest);
        guest.free();
        awaitSmall(vm(), before + REST);
        vm().revert(moment.id());
        assertThat(guest.used()).as("what had been given back").isEqualTo(digest);
        vm().revert(vm().checkpoints().getFirst().id());
        assertThat(guest.recall()).isEqualTo("warm");
    }

    @Test
    void aMachineThatBootsAfterAllHasAllOfItsMemory() {
        vm().stop();
        vm().start();
        TinyGuestVoice guest = guest(vm());
        assertThat(guest.recall()).isEmpty();
        assertThat(guest.memory()).isGreaterThan(DataSize.ofMebibytes(700));
        String digest = guest.use(MUCH, 'a');
        Checkpoint moment = vm().checkpoint(CheckpointKind.FULL, "booted");
        guest.free();
        vm().revert(moment.id());
        assertThat(guest.used()).isEqualTo(digest);
    }
}
