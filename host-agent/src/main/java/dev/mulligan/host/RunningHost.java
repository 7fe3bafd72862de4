package dev.mulligan.host;

import dev.mulligan.host.audit.AuditReader;
import dev.mulligan.host.sandbox.ImageTemplate;
import dev.mulligan.host.sandbox.SandboxTemplates;
import dev.mulligan.host.sandbox.Sandboxes;
import dev.mulligan.host.service.HostControl;
import dev.mulligan.host.task.TaskState;
import dev.mulligan.host.task.Tasks;
import dev.mulligan.vm.Acceleration;
import dev.mulligan.vm.Leftover;
import dev.mulligan.vm.VmManager;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** This host agent, as {@code HostService} sees it. */
final class RunningHost implements HostControl {
    private static final int PAGE = 1000;

    private final Wiring.Surroundings surroundings;
    private final HostDirectories directories;
    private final VmManager machines;
    private final Sandboxes sandboxes;
    private final SandboxTemplates templates;
    private final Tasks tasks;
    private final AuditReader record;
    private final Supplier<List<String>> endpoints;
    private final Instant started;

    RunningHost(
            Wiring.Surroundings surroundings,
            HostDirectories directories,
            VmManager machines,
            Sandboxes sandboxes,
            SandboxTemplates templates,
            Tasks tasks,
            AuditReader record,
            Supplier<List<String>> endpoints) {
        this.surroundings = surroundings;
        this.directories = directories;
        this.machines = machines;
        this.sandboxes = sandboxes;
        this.templates = templates;
        this.tasks = tasks;
        this.record = record;
        this.endpoints = endpoints;
        this.started = surroundings.clock().instant();
    }

    @Override
    public Status status() {
        Acceleration acceleration = machines.acceleration();
        List<ImageTemplate> kept = templates.list();
        return new Status(
                version(),
                surroundings.pid(),
                started,
                switch (acceleration.kind()) {
                    case KVM -> "kvm";
                    case EMULATED -> "software emulation";
                },
                acceleration.reason(),
                machines.hypervisor().toString(),
                directories.state(),
                sandboxes.list(Map.of()).size(),
                count(TaskState.QUEUED),
                count(TaskState.RUNNING),
                new Pool(
                        kept.size(),
                        kept.stream().mapToInt(ImageTemplate::ready).sum(),
                        kept.stream().mapToInt(ImageTemplate::wanted).sum()),
                record.newest(),
                endpoints.get());
    }

    @Override
    public List<Leftover> leftovers() {
        return sandboxes.leftovers();
    }

    @Override
    public void shutdown(boolean saveSandboxes, Actor actor) {
        surroundings.stop().request(saveSandboxes, actor);
    }

    private int count(TaskState state) {
        Tasks.TaskFilter filter = new Tasks.TaskFilter(Set.of(state), Optional.empty(), Map.of());
        int count = 0;
        String token = "";
        do {
            Tasks.Page page = tasks.list(filter, PAGE, token);
            count += page.tasks().size();
            token = page.nextPageToken();
        } while (!token.isEmpty());
        return count;
    }

    private static String version() {
        String version = RunningHost.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** Asks the process to end, on behalf of somebody. */
    interface Stop {
        void request(boolean saveSandboxes, Actor actor);
    }
}
