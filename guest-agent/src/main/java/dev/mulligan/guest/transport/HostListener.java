package dev.mulligan.guest.transport;

import java.io.IOException;
import java.time.Instant;

/** Hears of hosts that come, before they are answered. */
public interface HostListener {
    /**
     * Called for each knock that is answered, perhaps several times for one host; the host waits meanwhile.
     *
     * @param time of the host, when it sent this
     * @param entropy 32 random bytes from the host
     * @throws IOException if clock or randomness cannot be set; the host hears that it was not done
     */
    void hostCame(Instant time, byte[] entropy) throws IOException;
}
