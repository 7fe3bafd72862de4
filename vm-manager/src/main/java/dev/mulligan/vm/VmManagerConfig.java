package dev.mulligan.vm;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What a manager needs to know.
 *
 * @param directory where the machines live, absolute; created if missing. Every directory on the way must be
 *     passable (o+x) for the hypervisor's user
 * @param uri which hypervisor; empty for {@code qemu:///system} as root and {@code qemu:///session} otherwise
 * @param lockTimeout how long a call waits while another works on the same machine before it fails with
 *     {@link VmErrorCode#CONFLICT}
 * @param reconnectTimeout how long a call waits for a daemon that restarts before it fails with
 *     {@link VmErrorCode#HYPERVISOR_UNAVAILABLE}
 * @param detachTimeout how long {@link Vm#detach} waits for the guest to let go
 */
public record VmManagerConfig(
        Path directory, Optional<URI> uri, Duration lockTimeout, Duration reconnectTimeout, Duration detachTimeout) {

    public VmManagerConfig {
        if (!directory.isAbsolute()) {
            throw VmException.invalid("machine directory", directory, "an absolute path", "resolve it first");
        }
        requirePositive("lock timeout", lockTimeout);
        requirePositive("reconnect timeout", reconnectTimeout);
        requirePositive("detach timeout", detachTimeout);
    }

    /** The usual: the host's own libvirt, 60 s for a lock, 20 s for a daemon, 20 s for a guest. */
    public static VmManagerConfig of(Path directory) {
        return new VmManagerConfig(
                directory, Optional.empty(), Duration.ofSeconds(60), Duration.ofSeconds(20), Duration.ofSeconds(20));
    }

    public VmManagerConfig withUri(URI uri) {
        return new VmManagerConfig(directory, Optional.of(uri), lockTimeout, reconnectTimeout, detachTimeout);
    }

    public VmManagerConfig withTimeouts(Duration lock, Duration reconnect, Duration detach) {
        return new VmManagerConfig(directory, uri, lock, reconnect, detach);
    }

    private static void requirePositive(String what, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw VmException.invalid(what, duration, "more than zero", "correct the configuration");
        }
    }
}
