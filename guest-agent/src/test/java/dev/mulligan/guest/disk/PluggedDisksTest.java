package dev.mulligan.guest.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mulligan.guest.failure.GuestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In directories that look like the kernel's. */
@Timeout(60)
@SuppressWarnings("NullAway.Init") // Set by JUnit and before the tests.
final class PluggedDisksTest {
    @TempDir
    private Path home;

    private PluggedDisks disks;

    @BeforeEach
    void plugInWhatIsNotMeant() throws IOException {
        disks = new PluggedDisks(home.resolve("block"), home.resolve("dev"), home.resolve("run/disks"));
        Files.createDirectories(home.resolve("dev"));
        plug("vda", "");
        plug("vdb", "other");
        Files.createDirectories(home.resolve("block/loop0"));
    }

    private void plug(String device, String serial) throws IOException {
        Files.writeString(home.resolve("dev").resolve(device), serial);
        Path block = Files.createDirectories(home.resolve("block").resolve(device));
        Files.writeString(block.resolve("serial"), serial);
    }

    private void unplug(String device) throws IOException {
        Files.delete(home.resolve("block").resolve(device).resolve("serial"));
        Files.delete(home.resolve("block").resolve(device));
        Files.delete(home.resolve("dev").resolve(device));
    }

    @Test
    void aDiskIsFoundByItsNumberAndHasANameThatStays() throws Exception {
        plug("vdc", "ws-1\n");
        Path name = disks.await("ws-1");
        assertThat(name).isEqualTo(disks.name("ws-1")).isEqualTo(home.resolve("run/disks/ws-1"));
        assertThat(name.toRealPath()).isEqualTo(home.resolve("dev/vdc").toRealPath());
        assertThat(disks.await("ws-1")).isEqualTo(name);
    }

    @Test
    void pluggedInAgainAsAnotherDeviceItKeepsItsName() throws Exception {
        plug("vdc", "ws-1");
        Path name = disks.await("ws-1");
        unplug("vdc");
        plug("vdc", "somebody-else");
        plug("vdd", "ws-1");
        assertThat(disks.await("ws-1")).isEqualTo(name);
        assertThat(name.toRealPath()).isEqualTo(home.resolve("dev/vdd").toRealPath());
    }

    @Test
    void itIsWaitedForUntilItsFileIsThereToo() throws Exception {
        Path block = Files.createDirectories(home.resolve("block/vdc"));
        Files.writeString(block.resolve("serial"), "late");
        CompletableFuture<Path> found = CompletableFuture.supplyAsync(() -> {
            try {
                return disks.await("late");
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(found).isNotCompleted();
        Files.writeString(home.resolve("dev/vdc"), "late");
        assertThat(found.get(30, TimeUnit.SECONDS).toRealPath())
                .isEqualTo(home.resolve("dev/vdc").toRealPath());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../vda", "a b", "123456789012345678901", "ä"})
    void whatIsNoSerialNumberIsRefused(String text) {
        assertThatExceptionOfType(GuestException.class)
                .isThrownBy(() -> PluggedDisks.requireSerial("workspace", text))
                .withMessageContaining("expected: 1 to 20 of A-Z");
    }
}
