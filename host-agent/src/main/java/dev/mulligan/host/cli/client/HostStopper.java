package dev.mulligan.host.cli.client;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.proto.host.v1.GetStatusRequest;
import dev.mulligan.proto.host.v1.ShutdownRequest;
import io.grpc.Status;
import io.grpc.StatusException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Stops a host agent on this machine, and waits until its process has ended. */
public final class HostStopper {
    private static final Duration END = Duration.ofSeconds(60);

    private final HostClient client;
    private final Path socket;

    public HostStopper(HostClient client, Path socket) {
        this.client = client;
        this.socket = socket;
    }

    /**
     * Stops it.
     *
     * @throws HostException {@link HostErrorCode#TIME_LIMIT} if it still runs after a minute
     */
    public void stop(boolean stopSandboxes) throws StatusException, InterruptedException {
        int pid = client.host(Patience.ANSWER)
                .getStatus(GetStatusRequest.getDefaultInstance())
                .getPid();
        try {
            var _ = client.host(Patience.MACHINE)
                    .shutdown(ShutdownRequest.newBuilder()
                            .setStopSandboxes(stopSandboxes)
                            .build());
        } catch (StatusException ended) {
            // It may be gone before its answer is here.
            if (ended.getStatus().getCode() != Status.Code.UNAVAILABLE || HostClient.answers(socket)) {
                throw ended;
            }
        }
        awaitEnd(pid);
    }

    private static void awaitEnd(long pid) throws InterruptedException {
        ProcessHandle process = ProcessHandle.of(pid).orElse(null);
        if (process == null || pid == ProcessHandle.current().pid()) {
            return;
        }
        try {
            process.onExit().get(END.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException still) {
            throw HostException.of(HostErrorCode.TIME_LIMIT, "the host agent was told to stop and still runs")
                    .value("process " + pid)
                    .remedy("see its log, or end the process")
                    .cause(still)
                    .build();
        }
    }
}
