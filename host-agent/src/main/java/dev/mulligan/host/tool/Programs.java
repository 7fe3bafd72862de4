package dev.mulligan.host.tool;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.guest.GuestProcess;
import dev.mulligan.host.guest.ProcessExit;
import dev.mulligan.host.guest.ProcessSpec;
import dev.mulligan.host.guest.ProcessSpec.ProcessLimits;
import dev.mulligan.host.scope.ResolvedLimits;
import java.util.List;
import java.util.Optional;

/** Runs a program in a guest, from start to end, with nothing on its standard input. */
final class Programs {
    private Programs() {}

    /** Interrupted, it kills the program with all that it started, and waits for that. */
    static ToolResult run(List<String> arguments, boolean root, Workplace place) throws InterruptedException {
        try (GuestProcess process = place.guest().start(spec(arguments, root, place), place.output())) {
            process.closeStdin();
            return result(process.await());
        } catch (HostException failure) {
            if (failure.code() == HostErrorCode.NO_SUCH_PROGRAM) {
                return new ToolResult(ToolResult.Ending.ERROR, 127, failure.getMessage());
            }
            throw failure;
        }
    }

    private static ProcessSpec spec(List<String> arguments, boolean root, Workplace place) {
        ResolvedLimits limits = place.limits();
        return new ProcessSpec(arguments, place.environment(), "", user(root), Optional.empty(), limits(limits));
    }

    static ProcessLimits limits(ResolvedLimits limits) {
        return new ProcessLimits(
                Optional.of(limits.time()), limits.memory().bytes(), limits.cpuMillis(), limits.processes());
    }

    private static ToolResult result(ProcessExit exit) {
        return switch (exit.reason()) {
            case EXIT ->
                exit.code() == 0
                        ? ToolResult.OK
                        : new ToolResult(ToolResult.Ending.ERROR, exit.code(), "exit code " + exit.code());
            case SIGNAL -> new ToolResult(ToolResult.Ending.ERROR, exit.code(), "ended by signal " + exit.signal());
            case TIME_LIMIT -> new ToolResult(ToolResult.Ending.TIME_LIMIT, exit.code(), "ran longer than allowed");
            case MEMORY_LIMIT ->
                new ToolResult(ToolResult.Ending.MEMORY_LIMIT, exit.code(), "used more memory than allowed");
        };
    }

    static String user(boolean root) {
        return root ? "root" : "agent";
    }
}
