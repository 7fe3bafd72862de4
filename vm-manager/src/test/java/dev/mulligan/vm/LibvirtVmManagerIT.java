package dev.mulligan.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.extension.TestWatcher;

/** The contract with a real machine. */
@Tag("vm")
class LibvirtVmManagerIT extends VmManagerContract {
    @RegisterExtension
    final TestWatcher onFailure = new TestWatcher() {
        @Override
        public void testFailed(ExtensionContext context, Throwable cause) {
            host.keepLogs(context.getDisplayName().replaceAll("\\W+", ""));
            // What it did to the machine is no matter of the tests behind it.
            manager.list().forEach(Vm::delete);
        }
    };

    private final RealHost host = new RealHost();
    private VmManager manager = host.open();

    @AfterAll
    void close() {
        manager.list().forEach(Vm::delete);
        assertThat(manager.leftovers()).isEmpty();
        manager.close();
        host.close();
    }

    @Override
    VmManager manager() {
        return manager;
    }

    @Override
    void restartManager() {
        manager.close();
        manager = host.open();
    }

    @Override
    VmSpec spec(VmId id) {
        return host.spec(id);
    }

    @Override
    GuestVoice voice(VmId id, Path port) {
        return new TinyGuestVoice(port);
    }

    @Override
    Optional<Priority> priority(Vm vm) {
        return host.priority(vm);
    }

    @Override
    void kill(Vm vm) {
        assertThat(host.process(vm).destroyForcibly()).isTrue();
    }
}
