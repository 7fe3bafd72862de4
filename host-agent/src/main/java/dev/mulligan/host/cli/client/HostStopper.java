package dev.mulligan.host.cli.client;

import dev.mulligan.proto.host.v1.GetStatusRequest;
import dev.mulligan.proto.host.v1.ShutdownRequest;
import io.grpc.Status;
import io.grpc.StatusException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Stops a host agent on this machine, and waits until its process has ended. */
public final class HostStopper {
    private static final Duration BETWEEN_WORDS = Duration.ofSeconds(10);

    private final HostClient client;
    private final Path socket;

    public HostStopper(HostClient client, Path socket) {
        this.client = client;
        this.socket = socket;
    }

    /**
     * Stops it. That takes as long as its configuration allows running tasks, and as saving sandboxes takes: there is
     * no limit here. An interrupt ends the waiting only: it was told to stop and will.
     *
     * @param progress told what is being waited for
     */
    public void stop(boolean stopSandboxes, Consumer<String> progress) throws StatusException, InterruptedException {
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
        awaitEnd(pid, progress);
    }

    private static void awaitEnd(long pid, Consumer<String> progress) throws InterruptedException {
        ProcessHandle process = ProcessHandle.of(pid).orElse(null);
        if (process == null || pid == ProcessHandle.current().pid()) {
            return;
        }
        progress.accept("waiting for the host agent's end: process " + pid);
        long begin = System.nanoTime();
        while (!hasEnded(process)) {
            progress.accept("waiting for the host agent's end: process " + pid + " still runs after "
                    + Duration.ofNanos(System.nanoTime() - begin).toSeconds() + " s");
        }
    }

    private static boolean hasEnded(ProcessHandle process) throws InterruptedException {
        try {
            var _ = process.onExit().get(BETWEEN_WORDS.toSeconds(), TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException still) {
            return false;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
