package dev.mulligan.vm.libvirt;

import org.libvirt.Connect;
import org.libvirt.Library;
import org.libvirt.LibvirtException;
import org.libvirt.jna.Libvirt.VirErrorCallback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread on which libvirt's client works: it reads answers, keeps connections alive and calls us back. libvirt
 * has one such loop per process, which must exist before the first connection; hence the statics, the only ones.
 */
final class EventLoop {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);

    // The C side holds on to this without the garbage collector knowing. Without it libvirt prints to stderr.
    private static final VirErrorCallback QUIET = (user, error) -> {};

    private static boolean started;

    private EventLoop() {}

    static synchronized void start() {
        if (started) {
            return;
        }
        try {
            Library.initEventLoop();
            Connect.setErrorCallback(QUIET);
        } catch (LibvirtException e) {
            throw LibvirtFailure.of("libvirt's event loop", e);
        }
        Thread.ofPlatform().daemon().name("libvirt-events").start(EventLoop::run);
        started = true;
    }

    private static void run() {
        while (true) {
            try {
                Library.processEvent();
            } catch (LibvirtException | RuntimeException e) {
                // Whatever a callback throws must not end the loop: all connections would fall silent.
                LOG.warn("libvirt's event loop goes on after an error", e);
            }
        }
    }
}
