package dev.mulligan.host.guest;

/** Code that is being evaluated in a session of a guest. Safe for use by several threads. */
public interface GuestEvaluation extends AutoCloseable {
    /** Interrupts it; the session goes on, unless the code does not stop within 2 s. */
    void interrupt();

    /**
     * Waits until it has ended.
     *
     * @throws dev.mulligan.host.HostException {@code NO_SUCH_PROGRAM} if the guest has no such interpreter, or what
     *     became of the guest
     */
    Evaluation await() throws InterruptedException;

    /** Interrupts it if it has not ended, and waits a few seconds until it has. Never throws. */
    @Override
    void close();
}
