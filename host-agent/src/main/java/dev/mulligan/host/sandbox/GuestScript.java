package dev.mulligan.host.sandbox;

import dev.mulligan.host.guest.Guest;
import dev.mulligan.host.guest.Guest.OutputListener;
import dev.mulligan.host.guest.GuestProcess;
import dev.mulligan.host.guest.ProcessSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A few lines of shell that a guest runs as root while it is being made a template. */
final class GuestScript {
    private static final ProcessSpec.ProcessLimits LIMITS =
            new ProcessSpec.ProcessLimits(Optional.of(Duration.ofMinutes(1)), 0, 0, 0);

    private GuestScript() {}

    /** Runs them, and returns the exit code; what they print is not heard. */
    static int run(Guest guest, String script) throws InterruptedException {
        ProcessSpec program =
                new ProcessSpec(List.of("sh", "-c", script), Map.of(), "", "root", Optional.empty(), LIMITS);
        try (GuestProcess process = guest.start(program, OutputListener.UNHEARD)) {
            process.closeStdin();
            return process.await().code();
        }
    }
}
