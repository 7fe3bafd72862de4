package dev.mulligan.vm.libvirt;

import com.sun.jna.Pointer;
import dev.mulligan.vm.Subscription;
import dev.mulligan.vm.machine.DomainEvent;
import dev.mulligan.vm.machine.DomainEvent.Change;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.libvirt.jna.ConnectionPointer;
import org.libvirt.jna.DomainPointer;

/** Takes libvirt's lifecycle events on its event loop: copies, hands over, returns. Numbers from libvirt-domain.h. */
final class DomainEvents implements NativeCalls.LifecycleCallback {
    private static final int UUID_TEXT_BYTES = 37;
    private static final int SUSPENDED = 3;
    private static final int SUSPENDED_IO_ERROR = 2;
    private static final int STOPPED = 5;
    private static final int STOPPED_SHUTDOWN = 0;
    private static final int SHUTDOWN = 6;
    private static final int SHUTDOWN_BY_GUEST = 1;
    private static final int CRASHED = 8;

    private record Listener(Consumer<DomainEvent> event, Runnable missed) {}

    private final Map<Object, Listener> listeners = new ConcurrentHashMap<>();

    Subscription subscribe(Consumer<DomainEvent> event, Runnable missed) {
        var key = new Object();
        listeners.put(key, new Listener(event, missed));
        return () -> listeners.remove(key);
    }

    void missed() {
        listeners.values().forEach(listener -> listener.missed().run());
    }

    @Override
    public void onEvent(ConnectionPointer connection, DomainPointer domain, int event, int detail, Pointer opaque) {
        var text = new byte[UUID_TEXT_BYTES];
        if (NativeCalls.LIBVIRT.virDomainGetUUIDString(domain, text) == 0) {
            UUID uuid = UUID.fromString(new String(text, 0, UUID_TEXT_BYTES - 1, StandardCharsets.US_ASCII));
            var translated = new DomainEvent(uuid, translate(event, detail));
            listeners.values().forEach(listener -> listener.event().accept(translated));
        }
    }

    private static Change translate(int event, int detail) {
        return switch (event) {
            case SUSPENDED -> detail == SUSPENDED_IO_ERROR ? Change.DISK_FAILED : Change.CHANGED;
            case STOPPED -> detail == STOPPED_SHUTDOWN ? Change.SHUT_DOWN : Change.ENDED;
            case SHUTDOWN -> detail == SHUTDOWN_BY_GUEST ? Change.SHUTTING_DOWN : Change.CHANGED;
            case CRASHED -> Change.ENDED;
            default -> Change.CHANGED;
        };
    }
}
