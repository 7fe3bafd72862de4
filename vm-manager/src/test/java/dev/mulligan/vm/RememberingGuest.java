package dev.mulligan.vm;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A simulated guest with one text in memory, one on its disk, and what is attached. */
final class RememberingGuest implements SimulatedGuest {
    private record State(String memory, String disk) {}

    final Map<String, String> attached = new HashMap<>();
    String memory = "";
    String disk = "";

    @Override
    public Object snapshot() {
        return new State(memory, disk);
    }

    @Override
    public void restore(Object state) {
        memory = ((State) state).memory();
        disk = ((State) state).disk();
    }

    @Override
    public Object diskSnapshot() {
        return disk;
    }

    @Override
    public void restoreDisk(Object diskState) {
        disk = (String) diskState;
    }

    @Override
    public void attachedCheckpoint(String serial, Object diskState) {
        attached.put(serial, (String) diskState);
    }

    @Override
    public void detached(String serial) {
        attached.remove(serial);
    }

    /** The text of a checkpoint's disk; another disk says its own name. */
    String readAttached(String serial) {
        return Optional.ofNullable(attached.get(serial)).orElse(serial);
    }

    @Override
    public void close() {}
}
