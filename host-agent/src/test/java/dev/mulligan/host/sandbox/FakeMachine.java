package dev.mulligan.host.sandbox;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.vm.Checkpoint;
import dev.mulligan.vm.CheckpointId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A machine that is a map of files, with checkpoints that are copies of it. Outlives the fake host agent. */
public final class FakeMachine {
    private final Sandbox sandbox;
    private final Map<String, String> files = new TreeMap<>();
    private final Map<CheckpointId, Map<String, String>> states = new LinkedHashMap<>();
    private final List<Checkpoint> checkpoints = new ArrayList<>();
    private final List<FakeProcess> processes = new CopyOnWriteArrayList<>();
    private boolean broken;
    private boolean paused;

    FakeMachine(Sandbox sandbox) {
        this.sandbox = sandbox;
    }

    public synchronized Sandbox sandbox() {
        return paused
                ? new SandboxEntry(sandbox, sandbox.created())
                        .in(SandboxState.PAUSED, "", sandbox.created())
                        .sandbox()
                : sandbox;
    }

    public synchronized Map<String, String> files() {
        return Map.copyOf(files);
    }

    public synchronized Optional<String> file(String path) {
        return Optional.ofNullable(files.get(path));
    }

    public synchronized void put(String path, String content) {
        files.put(path, content);
    }

    synchronized void remove(String path) {
        files.remove(path);
    }

    public synchronized List<Checkpoint> checkpoints() {
        return List.copyOf(checkpoints);
    }

    public synchronized boolean paused() {
        return paused;
    }

    synchronized void pause() {
        paused = true;
    }

    synchronized void goOn() {
        paused = false;
    }

    synchronized void keep(Checkpoint checkpoint) {
        states.put(checkpoint.id(), Map.copyOf(files));
        checkpoints.add(checkpoint);
    }

    Checkpoint revert(CheckpointId id) {
        Checkpoint checkpoint;
        synchronized (this) {
            checkpoint = checkpoints.stream()
                    .filter(kept -> kept.id().equals(id))
                    .findFirst()
                    .orElseThrow(() -> HostException.of(HostErrorCode.UNKNOWN_CHECKPOINT, "unknown checkpoint")
                            .value(id)
                            .build());
            files.clear();
            files.putAll(states.getOrDefault(id, Map.of()));
            broken = false;
            paused = false;
        }
        cut(HostErrorCode.ROLLED_BACK);
        return checkpoint;
    }

    /** The machine dies under whatever runs. */
    public void kill() {
        synchronized (this) {
            broken = true;
        }
        cut(HostErrorCode.GUEST_UNREACHABLE);
    }

    synchronized boolean broken() {
        return broken;
    }

    void started(FakeProcess process) {
        processes.add(process);
    }

    void ended(FakeProcess process) {
        processes.remove(process);
    }

    void cut(HostErrorCode why) {
        processes.forEach(process -> process.cut(why));
    }
}
