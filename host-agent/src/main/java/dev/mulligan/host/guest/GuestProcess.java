package dev.mulligan.host.guest;

/** A program that runs in a guest. Closing it kills it and all it started, and waits for that. */
public interface GuestProcess extends AutoCloseable {
    int pid();

    /** Blocks while the guest takes no more. Ignored after the program has ended. */
    void stdin(byte[] data);

    void closeStdin();

    void signal(int number);

    void resize(int columns, int rows);

    /**
     * Waits for the end.
     *
     * @throws dev.mulligan.host.HostException {@code GUEST_UNREACHABLE} or {@code ROLLED_BACK} if the machine went away
     */
    ProcessExit await() throws InterruptedException;

    /** Cancels and returns at once; {@link #await} then ends. */
    void cancel();

    @Override
    void close();
}
