package dev.mulligan.host.sandbox;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.guest.Guest;
import dev.mulligan.host.guest.GuestConnector;
import dev.mulligan.host.guest.GuestIdentity;
import dev.mulligan.host.guest.GuestLink;
import dev.mulligan.host.guest.GuestProcess;
import dev.mulligan.host.guest.ProcessExit;
import dev.mulligan.host.guest.ProcessSpec;
import dev.mulligan.host.sandbox.SandboxesConfig.BootPatience;
import dev.mulligan.vm.Vm;
import dev.mulligan.vm.VmId;
import dev.mulligan.vm.template.WarmPool;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Connects to the machines of the pool beforehand, and lets each run a first program: under emulation the first time
 * that anything runs costs several times as much as the second. Then it stands still, with its connection, until it is
 * taken.
 */
final class ReadyMachines implements WarmPool.Care {
    private static final List<List<String>> FIRST_PROGRAMS =
            List.of(List.of("true"), List.of("true"), List.of("python3", "-c", "print(1)"), List.of("true"));

    private static final Duration PROGRAM = Duration.ofMinutes(1);

    private final GuestConnector connector;
    private final BootPatience patience;
    private final ProcessSpec.ProcessLimits limits;
    private final Map<VmId, GuestLink> links = new ConcurrentHashMap<>();

    ReadyMachines(GuestConnector connector, BootPatience patience) {
        this(connector, patience, PROGRAM);
    }

    /** @param longest a machine in which a program takes longer does not come to stand ready */
    ReadyMachines(GuestConnector connector, BootPatience patience, Duration longest) {
        this.connector = connector;
        this.patience = patience;
        this.limits = new ProcessSpec.ProcessLimits(Optional.of(longest), 0, 0, 0);
    }

    @Override
    public void prepare(Vm vm) {
        vm.resume();
        GuestIdentity nobody = LiveSandbox.identity(vm.id().value(), vm.id().value());
        GuestLink link = new GuestWait(connector).connect(vm, nobody, patience);
        links.put(vm.id(), link);
        FIRST_PROGRAMS.forEach(program -> runOne(link.guest(), program));
        vm.pause();
        link.expectStillness(true);
    }

    /** It must end by itself; how does not matter, nor that an image has no such program. */
    private void runOne(Guest guest, List<String> program) {
        ProcessSpec spec = new ProcessSpec(program, Map.of(), "", "agent", Optional.empty(), limits);
        try (GuestProcess process = guest.start(spec, Guest.OutputListener.UNHEARD)) {
            process.closeStdin();
            if (process.await().reason() == ProcessExit.Reason.TIME_LIMIT) {
                throw HostException.of(HostErrorCode.GUEST_MISBEHAVED, "first program of a machine")
                        .value(program.getFirst())
                        .expected("an end within " + limits.time().orElseThrow().toSeconds() + " s")
                        .remedy("look at the image: its " + program.getFirst() + " does not end")
                        .build();
            }
        } catch (HostException none) {
            if (none.code() != HostErrorCode.NO_SUCH_PROGRAM) {
                throw none;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw cancelled(interrupted, "while a machine was made ready");
        }
    }

    private static HostException cancelled(InterruptedException cause, String when) {
        return HostException.of(HostErrorCode.CANCELLED, "interrupted " + when)
                .cause(cause)
                .build();
    }

    /**
     * Lets a machine that was taken from the pool go on, and tells it who it is: that lies ready for it, and is the first
     * thing that it does.
     *
     * @param goOn lets it; what it throws is thrown here
     * @return the connection to it; empty if there is none
     */
    Optional<GuestLink> take(VmId id, GuestIdentity identity, Runnable goOn) {
        Optional<GuestLink> link = Optional.ofNullable(links.remove(id)).filter(GuestLink::isAlive);
        if (link.isEmpty()) {
            goOn.run();
            return link;
        }
        GuestLink warm = link.get();
        warm.expectStillness(false);
        FutureTask<Boolean> told = new FutureTask<>(() -> warm.resynchronise(identity), true);
        var _ = Thread.ofVirtual().name("identity").start(told);
        boolean knows = false;
        try {
            goOn.run();
            knows = told.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw cancelled(interrupted, "while a machine of the pool was told who it is");
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof HostException known ? known : new IllegalStateException(failed);
        } finally {
            if (!knows) {
                warm.close();
            }
        }
        return link;
    }

    @Override
    public void giveUp(VmId id) {
        GuestLink link = links.remove(id);
        if (link != null) {
            link.close();
        }
    }
}
