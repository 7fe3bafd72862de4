package dev.mulligan.vm.libvirt;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * QEMU's job that copies into a disk's top layer what the layers below it hold, down to the image ({@code block-stream}).
 * Copied is not done: the job then waits, and the layer names the image as the disk below it only when {@link #finish}
 * says so. QEMU itself would do that without writing down first where in the layer the copied data are, and a process
 * that is killed then would leave a layer with holes.
 */
final class StreamJob {
    private static final String NAME = "mulligan-flatten";
    private static final String COPIED = "pending";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long POLL_NANOS = 1_000_000;

    private final Monitor monitor;

    StreamJob(Monitor monitor) {
        this.monitor = monitor;
    }

    /** @param bytesPerSecond how fast it copies at most; 0: as fast as it can */
    void begin(String node, Path image, long bytesPerSecond) {
        monitor.execute(
                "block-stream",
                arguments -> arguments
                        .put("job-id", NAME)
                        .put("device", node)
                        .put("base", image.toString())
                        .put("speed", bytesPerSecond)
                        .put("auto-finalize", false)
                        .put("auto-dismiss", true));
    }

    boolean isThere() {
        return status().isPresent();
    }

    /** Whether there is still something to copy. */
    boolean isCopying() {
        return status().filter(status -> !status.equals(COPIED)).isPresent();
    }

    boolean isCopied() {
        return status().equals(Optional.of(COPIED));
    }

    /** Of one whose data are all copied: the top layer stands on the image from now on, or, if it cannot be, as before. */
    void finish(String node) {
        if (!flush(node)) {
            giveUp();
            return;
        }
        monitor.execute("job-finalize", arguments -> arguments.put("id", NAME));
        awaitEnd();
    }

    /** The chain stays as it was; what the top layer has taken in is no loss. */
    void giveUp() {
        monitor.execute("job-cancel", arguments -> arguments.put("id", NAME));
        awaitEnd();
    }

    private void awaitEnd() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (isThere()) {
            if (System.nanoTime() > deadline) {
                throw VmException.of(
                        VmErrorCode.HYPERVISOR_FAILED,
                        "end of QEMU's " + NAME,
                        "not there after " + PATIENCE.toSeconds() + " s",
                        "an end at once",
                        "look at the host's load and try again");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private Optional<String> status() {
        for (JsonNode job : monitor.execute("query-block-jobs")) {
            if (job.path("device").asText().equals(NAME)) {
                return Optional.of(job.path("status").asText());
            }
        }
        return Optional.empty();
    }

    /** Whether all that was written to a layer, and where in it that is, is on the host's disk now. */
    boolean flush(String node) {
        return monitor.execute(
                        "human-monitor-command",
                        arguments -> arguments.put("command-line", "qemu-io " + node + " \"flush\""))
                .asText()
                .isBlank();
    }
}
