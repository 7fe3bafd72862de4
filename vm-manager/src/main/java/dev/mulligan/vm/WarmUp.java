package dev.mulligan.vm;

import java.nio.file.Path;

/** Brings a machine that has just been started to the moment at which it is to be frozen. */
@FunctionalInterface
public interface WarmUp {
    /**
     * Returns when the machine is ready, having let go of the port. Whatever it throws ends the making of the template,
     * and leaves nothing behind.
     *
     * @param guestPort see {@link Vm#guestPort}
     * @param serialLog see {@link Vm#serialLog}
     */
    void warm(Path guestPort, Path serialLog);
}
