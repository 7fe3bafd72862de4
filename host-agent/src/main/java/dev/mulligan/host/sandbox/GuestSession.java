package dev.mulligan.host.sandbox;

import dev.mulligan.host.guest.Guest;

/**
 * A sandbox that is open for work. Closing it ends what was started through it and lets the sandbox become idle; it
 * never throws. After a rollback of the machine or its death, whatever runs through the session ends with
 * {@code ROLLED_BACK} or {@code GUEST_UNREACHABLE}, and {@link #guest()} then speaks to the machine as it is now.
 */
public interface GuestSession extends AutoCloseable {
    /** The sandbox as it was when the session was opened. */
    Sandbox sandbox();

    /** The guest agent of the machine as it is now. */
    Guest guest();

    @Override
    void close();
}
