package dev.mulligan.guest.system;

import java.io.IOException;
import java.nio.file.Path;
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
     */
    public void resynchronise(Instant time, byte[] entropy) throws IOException {
        resynchronise(time, entropy, Optional.empty());
    }

    /** The same for a machine that is another one from now on, if there is an identity. */
    void resynchronise(Instant time, byte[] entropy, Optional<MachineIdentity> identity) throws IOException {
        Clock.set(time);
        Entropy.add(entropy);
        if (identity.isPresent()) {
            identities.become(identity.get());
        }
        listeners.forEach(ResynchronisationListener::resynchronised);
    }
}
