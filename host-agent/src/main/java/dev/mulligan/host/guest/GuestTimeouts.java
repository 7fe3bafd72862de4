package dev.mulligan.host.guest;

import java.time.Duration;

/**
 * How long the host waits for a guest.
 *
 * @param handshake from the connect to the echo of the preamble, by one connection. One was seen that stayed silent for as
 *     long as it was kept, and the next was answered at once: perhaps QEMU's virtio-console had been throttled for good when
 *     the connection before was cut off
 * @param call for anything that does not move data
 * @param transfer for a file, an archive or a listing as a whole
 * @param healthInterval between two looks at a guest in which something runs
 * @param silence without any sign of life, before a guest in which something runs is given up
 */
public record GuestTimeouts(
        Duration handshake, Duration call, Duration transfer, Duration healthInterval, Duration silence) {
    /** Generous enough for a guest that is emulated on a busy host. */
    public static final GuestTimeouts DEFAULT = new GuestTimeouts(
            Duration.ofSeconds(3),
            Duration.ofSeconds(30),
            Duration.ofMinutes(30),
            Duration.ofSeconds(10),
            Duration.ofSeconds(60));
}
