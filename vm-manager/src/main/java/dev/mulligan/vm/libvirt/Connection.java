package dev.mulligan.vm.libvirt;

import java.net.URI;
import org.libvirt.Connect;
import org.libvirt.LibvirtException;
import org.libvirt.event.ConnectionCloseListener;
import org.libvirt.jna.ConnectionPointer;

/** One connection to the daemon; lends its pointer to {@link NativeCalls}. */
final class Connection extends Connect {
    private static final int KEEP_ALIVE_SECONDS = 5;
    private static final int KEEP_ALIVE_MISSES = 6;

    // Held here for as long as the connection lives: the C side's hold on it is invisible to the garbage collector.
    private final NativeCalls.LifecycleCallback lifecycle;
    private int registration = -1;

    private Connection(URI uri, NativeCalls.LifecycleCallback lifecycle) throws LibvirtException {
        super(uri);
        this.lifecycle = lifecycle;
    }

    static Connection open(URI uri, NativeCalls.LifecycleCallback lifecycle, ConnectionCloseListener onClose)
            throws LibvirtException {
        EventLoop.start();
        var connection = new Connection(uri, lifecycle);
        connection.registration = NativeCalls.LIBVIRT.virConnectDomainEventRegisterAny(
                connection.pointer(), null, NativeCalls.EVENT_LIFECYCLE, lifecycle, null, null);
        if (connection.registration < 0) {
            connection.end();
            throw LibvirtFailure.last("events of " + uri, connection);
        }
        if (!uri.getScheme().equals("test")) {
            // The driver for tests lives in this process: it has no wire that could be cut.
            connection.registerCloseListener(onClose);
            connection.setKeepAlive(KEEP_ALIVE_SECONDS, KEEP_ALIVE_MISSES);
        }
        return connection;
    }

    ConnectionPointer pointer() {
        return vcp;
    }

    boolean stands() {
        try {
            return isAlive();
        } catch (LibvirtException e) {
            return false;
        }
    }

    NativeCalls.LifecycleCallback lifecycle() {
        return lifecycle;
    }

    /** Closes it. Returns how many references others still hold: 0, or something leaked. */
    int end() throws LibvirtException {
        if (registration >= 0) {
            NativeCalls.LIBVIRT.virConnectDomainEventDeregisterAny(pointer(), registration);
        }
        unregisterCloseListener();
        return close();
    }
}
