package dev.mulligan.vm.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.vm.Leftover;
import dev.mulligan.vm.RealTemplates;
import dev.mulligan.vm.Specs;
import dev.mulligan.vm.VmId;
import dev.mulligan.vm.VmManagerConfig;
import dev.mulligan.vm.disk.DiskTool;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LeftoverSearchTest {
    private static final VmId ID = new VmId("m");

    @TempDir
    Path directory;

    /** Has somebody look whenever the disk of a machine is made. */
    private static DiskTool beforeEach(Runnable look) {
        var disks = new FakeDiskTool();
        return (DiskTool) Proxy.newProxyInstance(
                DiskTool.class.getClassLoader(), new Class<?>[] {DiskTool.class}, (proxy, method, arguments) -> {
                    look.run();
                    return method.invoke(disks, arguments);
                });
    }

    private Machines open(DiskTool disks) {
        return Machines.open(
                VmManagerConfig.of(directory),
                new FakeHypervisor((id, socket) -> {
                    throw new AssertionError("nobody starts it");
                }),
                disks,
                Clock.systemUTC(),
                RealTemplates.opening());
    }

    @Test
    void aMachineThatIsBeingDefinedIsNoLeftoverAndTheRestOfAnotherIs() throws Exception {
        Path rest = Files.createDirectory(Files.createDirectories(directory).resolve("rest"));
        List<List<Leftover>> seen = new CopyOnWriteArrayList<>();
        List<Path> there = new CopyOnWriteArrayList<>();
        Machines[] opened = new Machines[1];
        Path unfinished = directory.toRealPath().resolve(Definition.UNFINISHED + ID);
        try (Machines machines = open(beforeEach(() -> {
            seen.add(opened[0].leftovers());
            if (Files.exists(unfinished)) {
                there.add(unfinished);
            }
        }))) {
            opened[0] = machines;
            machines.define(Specs.any(ID));
            assertThat(there).as("looked at while it was there").isNotEmpty();
            assertThat(seen)
                    .allSatisfy(leftovers -> assertThat(leftovers)
                            .extracting(leftover -> Path.of(leftover.name()).getFileName())
                            .containsExactly(rest.getFileName()));

            machines.get(ID).delete();
            Files.createDirectory(unfinished);
            assertThat(machines.leftovers())
                    .as("nobody defines it any more")
                    .extracting(Leftover::name)
                    .contains(unfinished.toString());
        }
    }
}
