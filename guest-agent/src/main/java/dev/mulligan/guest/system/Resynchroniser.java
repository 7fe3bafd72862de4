package dev.mulligan.guest.system;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/** Lets a machine that was stopped in time, or copied, go on as if it had not been. Safe for use by several threads. */
public final class Resynchroniser {
    private final Identities identities;
    private final List<ResynchronisationListener> listeners;

    /**
     * @param executor for what the host does not wait for
     * @param listeners are told of each resynchronisation
     */
    public Resynchroniser(Executor executor, List<ResynchronisationListener> listeners) {
        this.identities = new Identities(Path.of("/"), executor);
        this.listeners = List.copyOf(listeners);
    }

    /**
     * Sets clock and randomness; it stays who it is.
     *
     * @param entropy random bytes of the host's
     * @return by how much the clock was off, the time given minus its own
     */
    public Duration resynchronise(Instant time, byte[] entropy) throws IOException {
        return resynchronise(time, entropy, Optional.empty());
    }

    /** The same for a machine that is another one from now on, if there is an identity. */
    Duration resynchronise(Instant time, byte[] entropy, Optional<MachineIdentity> identity) throws IOException {
        Duration offset = Clock.set(time);
        Entropy.add(entropy);
        if (identity.isPresent()) {
            identities.become(identity.get());
        }
        listeners.forEach(ResynchronisationListener::resynchronised);
        return offset;
    }
}
