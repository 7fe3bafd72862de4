package dev.mulligan.host.cli;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.cli.client.Endpoint;
import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.HostStopper;
import dev.mulligan.host.cli.terminal.Progress;
import io.grpc.StatusException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mulligan down}. */
@Command(
        name = "down",
        description = {
            "Stop the host agent, and wait until it has ended. Running tasks are given the time that its configuration"
                    + " says (grace), then interrupted; sandboxes stay, and are there again after 'up'.",
            "Ctrl-C ends the waiting only."
        },
        footer = {"", "Example:", "  mulligan down", "  mulligan down --stop-sandboxes"})
final class DownCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Option(
            names = "--stop-sandboxes",
            description = "Save running sandboxes to disk first, so that no process is left.")
    private boolean stopSandboxes;

    DownCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException {
        if (!(invocation.endpoint() instanceof Endpoint.Unix unix)) {
            throw HostException.of(HostErrorCode.INVALID_ARGUMENT, "a host agent elsewhere cannot be stopped")
                    .value(invocation.endpoint())
                    .expected("one on this machine")
                    .remedy("stop it where it runs")
                    .build();
        }
        if (!HostClient.answers(unix.socket())) {
            invocation.print(Map.of("stopped", false), "no host agent runs");
            return ExitCode.OK.number();
        }
        Thread waiting = Thread.currentThread();
        try (Progress progress = invocation.progress();
                var _ = invocation.interrupts().handle(waiting::interrupt)) {
            progress.step(stopSandboxes ? "saving sandboxes and stopping the host agent" : "stopping the host agent");
            new HostStopper(invocation.host(), unix.socket()).stop(stopSandboxes, progress::step);
        } catch (InterruptedException left) {
            throw HostException.of(HostErrorCode.CANCELLED, "nobody waits for the host agent's end any more")
                    .remedy("it was told to stop and will; 'mulligan status' says whether it still runs")
                    .cause(left)
                    .build();
        }
        invocation.print(Map.of("stopped", true), "host agent stopped");
        return ExitCode.OK.number();
    }
}
