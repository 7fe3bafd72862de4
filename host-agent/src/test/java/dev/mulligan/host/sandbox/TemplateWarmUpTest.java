package dev.mulligan.host.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mulligan.host.HostException;
import dev.mulligan.host.guest.Guest.WriteOptions;
import dev.mulligan.host.guest.GuestLink;
import dev.mulligan.host.guest.GuestPath;
import dev.mulligan.host.guest.SimulatedPort;
import dev.mulligan.host.sandbox.SandboxesConfig.BootPatience;
import dev.mulligan.host.sandbox.SandboxesConfig.WarmUpEffort;
import dev.mulligan.proto.guest.v1.MachineIdentity;
import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.DiskFormat;
import dev.mulligan.vm.VmSpec;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a guest hears before its machine becomes a template. */
@Timeout(240)
final class TemplateWarmUpTest {
    private static final int ROUNDS = 5;
    private static final String ID = "0123456789abcdef0123456789abcdef";

    private final List<String> steps = new ArrayList<>();

    @TempDir
    private Path directory;

    private final List<String> ended = new CopyOnWriteArrayList<>();
    private final List<String> taken = new CopyOnWriteArrayList<>();
    private volatile boolean takesMemoryIn = true;
    private SimulatedPort port;

    @BeforeEach
    void open() {
        port = new SimulatedPort(directory, Map.of("sh", run -> {
            run.stdout("ignored");
            if (run.arguments().getLast().contains("systemctl stop")) {
                ended.add(run.user());
                return 5;
            }
            taken.add(run.user());
            return takesMemoryIn ? 0 : 1;
        }));
    }

    @AfterEach
    void close() {
        port.close();
    }

    @Test
    void itHearsAgainAndAgainThatItIsWhoItIs() {
        write("/etc/hostname", "base\n");
        write("/etc/machine-id", ID + "\n");
        warm();
        MachineIdentity itself = MachineIdentity.newBuilder()
                .setHostName("base")
                .setMachineId(ID)
                .build();
        // Anybody else's identity would have it make keys, and all clones would have them.
        assertThat(port.guest().system().identities()).hasSize(ROUNDS - 1).containsOnly(itself);
        assertThat(steps).containsExactly("booting", "warming up", "freezing");
    }

    @Test
    void oneThatIsNobodyIsWarmedUpAllTheSame() {
        write("/etc/hostname", "not a host's name\n");
        write("/etc/machine-id", ID + "\n");
        warm();
        assertThat(port.guest().system().identities()).isEmpty();
        assertThat(steps).endsWith("freezing");
    }

    @Test
    void itsInterpretersAreMadeLastSoThatNoClockIsSetRightBehindThem() {
        warm();
        assertThat(port.guest().system().clock()).isBefore(Instant.now().minus(Duration.ofHours(2)));
    }

    @Test
    void itTakesInTheMemoryThatIsPluggedInAndOnlyThat() {
        warm();
        assertThat(taken).containsExactly("root");
        warm(DataSize.ZERO);
        assertThat(taken).hasSize(1);
    }

    @Test
    void whatOnlyABootNeedsIsEndedAndAnImageWithoutItIsAsGood() {
        warm();
        assertThat(ended).containsExactly("root");
        assertThat(steps).endsWith("freezing");
    }

    @Test
    void aKernelThatTakesNoMemoryInIsNamed() {
        takesMemoryIn = false;
        assertThatExceptionOfType(HostException.class)
                .isThrownBy(this::warm)
                .withMessageContaining("CONFIG_ACPI_HOTPLUG_MEMORY");
        assertThat(steps).doesNotContain("freezing");
    }

    @Test
    void lessThanHalfOfAMemoryIsForBurstsIfTheRestIsEnough() {
        assertThat(BurstMemory.of(DataSize.ofMebibytes(256))).isEqualTo(DataSize.ZERO);
        assertThat(BurstMemory.of(DataSize.ofMebibytes(511))).isEqualTo(DataSize.ZERO);
        assertThat(BurstMemory.of(DataSize.ofMebibytes(512))).isEqualTo(DataSize.ofMebibytes(128));
        assertThat(BurstMemory.of(DataSize.ofMebibytes(1000))).isEqualTo(DataSize.ofMebibytes(384));
        assertThat(BurstMemory.of(DataSize.ofGibibytes(1))).isEqualTo(DataSize.ofMebibytes(384));
        assertThat(BurstMemory.of(DataSize.ofGibibytes(64))).isEqualTo(DataSize.ofMebibytes((32 << 10) - 128));
        assertThat(BurstMemory.of(DataSize.ofMebibytes((64 << 10) + 1))).isEqualTo(DataSize.ZERO);
    }

    private void warm() {
        warm(VmSpec.BURST_UNIT);
    }

    private void warm(DataSize burst) {
        Duration patience = Duration.ofMinutes(3);
        new TemplateWarmUp(
                        port.connector(), new BootPatience(patience, patience, 1), new WarmUpEffort(ROUNDS, patience))
                .of(shape(burst), steps::add)
                .warm(port.path(), directory.resolve("console.log"));
    }

    private VmSpec shape(DataSize burst) {
        var image = new BootImage(
                "digest", directory, DiskFormat.RAW, DataSize.ofGibibytes(1), directory, directory, "quiet");
        return new MachineKind(image, new SandboxSize(DataSize.ofGibibytes(1), 1, DataSize.ofGibibytes(1)))
                .shape()
                .withBurst(burst);
    }

    private void write(String path, String text) {
        try (GuestLink link = port.connect()) {
            var _ = link.guest()
                    .files()
                    .write(
                            GuestPath.of(path),
                            "root",
                            new WriteOptions(0, true),
                            new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)));
        }
    }
}
