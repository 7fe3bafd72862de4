package dev.mulligan.host.service;

import dev.mulligan.host.Actor;
import dev.mulligan.vm.Leftover;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** What {@code HostService} asks of the process that it runs in. */
public interface HostControl {
    Status status();

    /** What no sandbox owns; changes nothing. */
    List<Leftover> leftovers();

    /**
     * Begins to shut down and returns at once; the answer to the call still goes out.
     *
     * @param saveSandboxes leave no process behind
     */
    void shutdown(boolean saveSandboxes, Actor actor);

    /**
     * What new sandboxes come from.
     *
     * @param templates there are
     * @param ready machines that stand ready
     * @param wanted how many shall
     */
    record Pool(int templates, int ready, int wanted) {}

    /**
     * How the host agent is.
     *
     * @param endpoints {@code unix:…}, {@code tls://…}
     */
    record Status(
            String version,
            long pid,
            Instant started,
            String acceleration,
            String accelerationReason,
            String hypervisor,
            Path stateDirectory,
            int sandboxes,
            int tasksQueued,
            int tasksRunning,
            Pool pool,
            long auditEntries,
            List<String> endpoints) {
        public Status {
            endpoints = List.copyOf(endpoints);
        }
    }
}
