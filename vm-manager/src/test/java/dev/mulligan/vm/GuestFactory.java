package dev.mulligan.vm;

import java.nio.file.Path;

/** Brings a simulated guest to life whenever a machine of {@link InMemoryVmManager} gets a process. */
@FunctionalInterface
public interface GuestFactory {
    /**
     * Starts a guest.
     *
     * @param id the machine
     * @param socket where {@link Vm#guestPort} points: the guest listens there before this returns
     */
    SimulatedGuest start(VmId id, Path socket);

    /** Guests that listen nowhere and remember nothing. */
    static GuestFactory silent() {
        return (id, socket) -> new SimulatedGuest() {
            @Override
            public Object snapshot() {
                return id;
            }

            @Override
            public void restore(Object state) {}

            @Override
            public void close() {}
        };
    }
}
