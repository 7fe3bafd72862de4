package dev.mulligan.vm.libvirt;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * What only QEMU itself can do, through libvirt: the QEMU Machine Protocol. The names of commands are QEMU's; see its
 * QMP reference. Each call waits for its effect.
 */
final class Monitor {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long POLL_NANOS = 500_000;
    private static final String NODE = "mulligan-moment";
    private static final String JOB = "mulligan-load";

    private final Domain domain;

    Monitor(Domain domain) {
        this.domain = domain;
    }

    /** Writes the state of the devices, without memory and disks, to a file that QEMU may write. */
    void saveDevices(Path file) {
        execute(
                "xen-save-devices-state",
                arguments -> arguments.put("filename", file.toString()).put("live", false));
    }

    /**
     * Gives the devices the state that a {@link dev.mulligan.vm.libvirt.moment.DeviceStateDisk} holds.
     *
     * @param disk such a file, which QEMU may write: it is of no use afterwards
     * @param tag the name of the snapshot in it
     */
    void loadDevices(Path disk, String tag) {
        execute(
                "blockdev-add",
                arguments -> arguments
                        .put("driver", "qcow2")
                        .put("node-name", NODE)
                        .putObject("file")
                        .put("driver", "file")
                        .put("filename", disk.toString()));
        try {
            execute(
                    "snapshot-load",
                    arguments -> arguments
                            .put("job-id", JOB)
                            .put("tag", tag)
                            .put("vmstate", NODE)
                            .putArray("devices")
                            .add(NODE));
            awaitJob();
        } finally {
            execute("blockdev-del", arguments -> arguments.put("node-name", NODE));
        }
    }

    private void awaitJob() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        JsonNode job = job();
        while (!job.path("status").asText().equals("concluded")) {
            if (System.nanoTime() > deadline) {
                throw failure("snapshot-load", "not done after " + PATIENCE.toSeconds() + " s");
            }
            LockSupport.parkNanos(POLL_NANOS);
            job = job();
        }
        execute("job-dismiss", arguments -> arguments.put("id", JOB));
        if (job.has("error")) {
            throw failure("snapshot-load", job.path("error").asText());
        }
    }

    private JsonNode job() {
        for (JsonNode job : execute("query-jobs")) {
            if (job.path("id").asText().equals(JOB)) {
                return job;
            }
        }
        throw failure("snapshot-load", "its job is gone");
    }

    JsonNode execute(String command) {
        return execute(command, arguments -> {});
    }

    /** Has QEMU do something; returns what it answers, and fails with its words. */
    JsonNode execute(String command, Consumer<ObjectNode> fill) {
        ObjectNode request = JSON.createObjectNode().put("execute", command);
        fill.accept(request.putObject("arguments"));
        try {
            JsonNode answer = JSON.readTree(domain.monitor(request.toString()));
            if (answer.has("error")) {
                throw failure(command, answer.path("error").path("desc").asText());
            }
            return answer.path("return");
        } catch (JacksonException e) {
            throw new VmException(VmErrorCode.HYPERVISOR_FAILED, "QEMU's answer to " + command + " is no JSON", e);
        }
    }

    private static VmException failure(String command, String words) {
        boolean full = words.contains("No space left");
        return VmException.of(
                full ? VmErrorCode.HOST_DISK_FULL : VmErrorCode.HYPERVISOR_FAILED,
                "QEMU's " + command,
                words,
                "success",
                full ? "free space on the host" : "look at the machine's log in /var/log/libvirt/qemu");
    }
}
