package dev.mulligan.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract, in a blink. */
class InMemoryVmManagerTest extends VmManagerContract {
    private final Map<VmId, RememberingGuest> guests = new ConcurrentHashMap<>();
    private volatile VmId newest = new VmId("none");
    private InMemoryVmManager manager;

    @BeforeAll
    void open(@TempDir Path directory) {
        manager = new InMemoryVmManager(directory, (id, socket) -> {
            var guest = new RememberingGuest();
            guests.put(id, guest);
            newest = id;
            return guest;
        });
    }

    @AfterAll
    void close() {
        manager.close();
    }

    @Override
    VmManager manager() {
        return manager;
    }

    @Override
    void restartManager() {
        manager = manager.reopen();
    }

    @Override
    VmSpec spec(VmId id) {
        return Specs.any(id);
    }

    @Override
    void kill(Vm vm) {
        manager.crash(vm.id());
    }

    @Override
    Optional<Priority> priority(Vm vm) {
        return Optional.of(manager.priority(vm.id()));
    }

    @Override
    GuestVoice voice(VmId id, Path port) {
        // One in the making has a name that its manager chose.
        RememberingGuest guest = Objects.requireNonNull(guests.get(id.value().equals("template") ? newest : id));
        return new GuestVoice() {
            @Override
            public void remember(String text) {
                guest.memory = text;
            }

            @Override
            public String recall() {
                return guest.memory;
            }

            @Override
            public void writeDisk(String text) {
                guest.disk = text;
            }

            @Override
            public String readDisk() {
                return guest.disk;
            }

            @Override
            public String readAttached(String serial) {
                return guest.readAttached(serial);
            }

            @Override
            public void writeAttached(String serial, String text) {
                guest.attached.put(serial, text);
            }

            @Override
            public void throwDiskOut() {
                manager.throwDiskOut(id);
            }

            @Override
            public void powerOff() {
                manager.shutDown(id);
            }
        };
    }

    @Test
    void aFailingHostDiskPausesTheMachineAndSaysWhy() {
        Vm vm = machine();
        var events = new CopyOnWriteArrayList<VmEvent>();
        try (Subscription _ = manager.subscribe(events::add)) {
            manager.failDisk(vm.id());
            Await.until("the failure told", () -> !events.isEmpty());
        }
        assertThat(events).containsExactly(new VmEvent(vm.id(), VmState.PAUSED, VmEvent.Cause.IO_ERROR));
        vm.resume();
        assertThat(vm.state()).isEqualTo(VmState.RUNNING);
    }
}
