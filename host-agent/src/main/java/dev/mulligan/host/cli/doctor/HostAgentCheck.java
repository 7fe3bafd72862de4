package dev.mulligan.host.cli.doctor;

import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.proto.host.v1.GetStatusResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The host agent itself. */
record HostAgentCheck(Path socket, Optional<GetStatusResponse> status) implements Check {
    @Override
    public List<Finding> run() {
        if (status.isPresent()) {
            GetStatusResponse running = status.get();
            return List.of(Finding.ok(
                    "host agent",
                    "version " + running.getVersion() + ", process " + running.getPid() + ", " + running.getSandboxes()
                            + " sandboxes, " + running.getTasksRunning() + " tasks running"));
        }
        if (HostClient.answers(socket)) {
            return List.of(Finding.fail(
                    "host agent",
                    "somebody listens on " + socket + " and does not say how it is",
                    "mulligan down, then up"));
        }
        return List.of(Finding.ok("host agent", "does not run; 'mulligan up' and the commands that need it start it"));
    }
}
