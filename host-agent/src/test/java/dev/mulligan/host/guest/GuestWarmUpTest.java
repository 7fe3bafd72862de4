package dev.mulligan.host.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class GuestWarmUpTest {
    private final GuestConnector connector = GuestConnector.overUnixSockets(
            // No call takes long by this clock, or the guest would be asked once more.
            GuestTimeouts.DEFAULT, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        connector.close();
    }

    @Test
    void usesEveryServiceAndLeavesNothing() throws Exception {
        try (SimulatedGuestServer server = server(Map.of());
                GuestLink link = connector.connect(directory.resolve("port"))) {
            List<String> heard = new ArrayList<>();
            int done =
                    new GuestWarmUp(link, 3, Duration.ofMinutes(1), (rounds, of) -> heard.add(rounds + "/" + of)).run();
            assertThat(done).isEqualTo(3);
            assertThat(heard).containsExactly("1/3", "2/3", "3/3");
            assertThat(server.system().asked())
                    .startsWith("resynchronise", "capabilities", "health", "resynchronise", "freeze", "thaw");
            List<GuestFile> left = new ArrayList<>();
            link.guest().files().list(GuestPath.of("/"), "agent", left::add);
            assertThat(left).noneMatch(file -> file.path().toString().contains("warm-up"));
        }
    }

    @Test
    void beginsNoFurtherRoundWhenTimeIsUp() throws Exception {
        try (SimulatedGuestServer _ = server(Map.of());
                GuestLink link = connector.connect(directory.resolve("port"))) {
            assertThat(new GuestWarmUp(link, 1_000_000, Duration.ZERO, (rounds, of) -> {}).run())
                    .isEqualTo(1);
        }
    }

    @Test
    void saysWhatAnImageLacks() throws Exception {
        try (SimulatedGuestServer _ = server(Map.of("true", run -> 3));
                GuestLink link = connector.connect(directory.resolve("port"))) {
            assertThatExceptionOfType(HostException.class)
                    .isThrownBy(() -> new GuestWarmUp(link, 1, Duration.ofMinutes(1), (rounds, of) -> {}).run())
                    .withMessageContaining("[true]: code 3")
                    .returns(HostErrorCode.GUEST_MISBEHAVED, HostException::code);
        }
    }

    @Test
    void noProgramMayRunForEver() throws Exception {
        List<Duration> times = new CopyOnWriteArrayList<>();
        Map<String, SimulatedProgram> timed = new HashMap<>();
        SimulatedGuestServer.ordinaryPrograms()
                .forEach((name, program) -> timed.put(name, run -> {
                    times.add(run.longest());
                    return program.run(run);
                }));
        try (SimulatedGuestServer _ = server(timed);
                GuestLink link = connector.connect(directory.resolve("port"))) {
            var _ = new GuestWarmUp(link, 1, Duration.ofMinutes(1), (rounds, of) -> {}).run();
        }
        assertThat(times).isNotEmpty().doesNotContain(Duration.ZERO);
    }

    private SimulatedGuestServer server(Map<String, SimulatedProgram> programs) {
        return new SimulatedGuestServer(directory.resolve("port"), programs);
    }
}
