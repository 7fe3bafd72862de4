package dev.mulligan.host.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.vm.Vm;
import dev.mulligan.vm.VmId;
import dev.mulligan.vm.VmSpec;
import dev.mulligan.vm.VmState;
import dev.mulligan.vm.template.WarmPool;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a machine goes through before it stands ready, with programs of an image that are not what they should be. */
@Timeout(60)
final class ReadyMachinesTest {
    private final SandboxFixture fixture = new SandboxFixture();

    @AfterEach
    void leavesNothing() {
        fixture.close();
    }

    /** One that was loaded and stands still, as those of the pool. */
    private Vm machine() {
        Sandbox any = fixture.create();
        VmSpec spec = fixture.vms
                .get(new VmId(any.id().value()))
                .spec()
                .named(new VmId("ready"), Map.of(WarmPool.MARK, "any"));
        Vm vm = fixture.vms.define(spec, fixture.vms.templates().list().getFirst());
        vm.load();
        return vm;
    }

    private ReadyMachines machines(Duration longest) {
        return new ReadyMachines(fixture.connector, fixture.config.goOn(), longest);
    }

    @Test
    void aProgramThatReadsItsInputComesToItsEnd() {
        List<Duration> times = new CopyOnWriteArrayList<>();
        fixture.programs.put("python3", run -> {
            times.add(run.longest());
            return run.stdin().readAllBytes().length;
        });
        Vm vm = machine();
        ReadyMachines machines = new ReadyMachines(fixture.connector, fixture.config.goOn());
        assertThatCode(() -> machines.prepare(vm)).doesNotThrowAnyException();
        assertThat(vm.state()).isEqualTo(VmState.PAUSED);
        machines.giveUp(vm.id());
        vm.delete();
        assertThat(times).containsExactly(Duration.ofMinutes(1));
    }

    @Test
    void aMachineWhoseProgramDoesNotEndDoesNotComeToStandReady() {
        fixture.programs.put("python3", run -> {
            Thread.sleep(Duration.ofMinutes(5));
            return 0;
        });
        Vm vm = machine();
        ReadyMachines machines = machines(Duration.ofMillis(100));
        assertThatExceptionOfType(HostException.class)
                .isThrownBy(() -> machines.prepare(vm))
                .withMessageContaining("python3")
                .returns(HostErrorCode.GUEST_MISBEHAVED, HostException::code);
        machines.giveUp(vm.id());
        vm.delete();
    }
}
