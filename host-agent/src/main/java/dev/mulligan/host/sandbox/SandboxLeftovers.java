package dev.mulligan.host.sandbox;

import dev.mulligan.host.SandboxId;
import dev.mulligan.vm.Leftover;
import dev.mulligan.vm.Vm;
import dev.mulligan.vm.template.WarmPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What no sandbox owns: the machines' leftovers, machines without a sandbox, and sandboxes without a machine. */
final class SandboxLeftovers {
    private final SandboxContext context;
    private final Roster roster;
    private final WarmPool pool;

    SandboxLeftovers(SandboxContext context, Roster roster, WarmPool pool) {
        this.context = context;
        this.roster = roster;
        this.pool = pool;
    }

    List<Leftover> find() {
        List<Leftover> found = new ArrayList<>(context.vms().leftovers());
        List<LiveSandbox> sandboxes = roster.all();
        Set<String> owned =
                sandboxes.stream().map(LiveSandbox::id).map(SandboxId::value).collect(Collectors.toSet());
        Set<String> machines = context.vms().list().stream()
                .map(Vm::id)
                .filter(id -> !pool.holds(id))
                .map(Object::toString)
                .collect(Collectors.toSet());
        machines.stream()
                .filter(machine -> !owned.contains(machine))
                .map(machine -> new Leftover(
                        Leftover.Kind.DIRECTORY,
                        machine,
                        "a machine that no sandbox has",
                        "remove its directory while the host agent is down",
                        false))
                .forEach(found::add);
        sandboxes.stream()
                .filter(sandbox -> sandbox.state() != SandboxState.STARTING
                        && sandbox.state() != SandboxState.DELETING
                        && !machines.contains(sandbox.id().value()))
                .map(sandbox -> new Leftover(
                        Leftover.Kind.DIRECTORY,
                        sandbox.id().value(),
                        "a sandbox whose machine is gone",
                        "mulligan sandbox rm " + sandbox.view().name(),
                        false))
                .forEach(found::add);
        return found;
    }
}
