package dev.mulligan.vm;

/**
 * What stands in for the program inside a machine of {@link InMemoryVmManager}: it serves the guest's end of the
 * port, and its state takes part in checkpoints. One object lives as long as one process of the machine would.
 */
public interface SimulatedGuest extends AutoCloseable {
    /** A copy of the whole state: memory and disk. */
    Object snapshot();

    /** Becomes what {@link #snapshot} returned; called before the guest is used. */
    void restore(Object state);

    /** A copy of what is on the disk: the part that survives a stop or a crash. */
    default Object diskSnapshot() {
        return snapshot();
    }

    /** Boots from what {@link #diskSnapshot} returned; called before the guest is used. */
    default void restoreDisk(Object diskState) {
        restore(diskState);
    }

    /** A disk was plugged in. */
    default void attached(DiskAttachment disk) {}

    /** A checkpoint's disk was plugged in. */
    default void attachedCheckpoint(String serial, Object diskState) {}

    /** A disk was taken away. */
    default void detached(String serial) {}

    /** The process ends: no file may be left at the socket's path, no thread may go on. */
    @Override
    void close();
}
