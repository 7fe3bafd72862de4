package dev.mulligan.host.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.guest.Guest.WriteOptions;
import dev.mulligan.host.guest.GuestLink;
import dev.mulligan.host.guest.GuestPath;
import dev.mulligan.host.guest.SimulatedPort;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a guest whose interpreters can import nothing, and which says so. */
@Timeout(30)
final class ReadyInterpretersTest {
    private final List<String> steps = new ArrayList<>();

    @TempDir
    private Path directory;

    private SimulatedPort port;
    private GuestLink link;

    @BeforeEach
    void connect() {
        port = new SimulatedPort(directory);
        link = port.connect();
    }

    @AfterEach
    void close() {
        link.close();
        port.close();
    }

    @Test
    void anImageThatNamesNoModulesGetsInterpretersWithoutAny() {
        prepare();
        assertThat(steps).isEmpty();
    }

    @Test
    void theModulesOfTheImageAreImportedAndWhatCannotBeIsTold() {
        write("python", "numpy\n\n  matplotlib.pyplot \nimport os; os.remove('x')\n");
        write("node", "@scope/name\n");
        prepare();
        assertThat(steps)
                .containsExactly(
                        "not imported beforehand: numpy, matplotlib.pyplot", "not imported beforehand: @scope/name");
    }

    @Test
    void aFileThatIsTooLongIsIgnored() {
        write("python", "numpy\n".repeat(20_000));
        prepare();
        assertThat(steps).isEmpty();
    }

    @Test
    void theyStartWithAClockThatAClonesIsFarAheadOf() {
        prepare();
        assertThat(port.guest().system().clock()).isBefore(Instant.now().minus(Duration.ofHours(2)));
    }

    private void prepare() {
        new ReadyInterpreters(steps::add).prepare(link);
    }

    private void write(String language, String modules) {
        var _ = link.guest()
                .files()
                .write(
                        GuestPath.of("/etc/mulligan/imports/" + language),
                        "root",
                        new WriteOptions(0, true),
                        new ByteArrayInputStream(modules.getBytes(StandardCharsets.US_ASCII)));
    }
}
