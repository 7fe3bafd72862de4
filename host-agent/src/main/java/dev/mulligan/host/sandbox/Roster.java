package dev.mulligan.host.sandbox;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.SandboxId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** The sandboxes of this host by id and by name. Safe for use by several threads. */
final class Roster {
    private final SandboxNames names;
    private final Map<SandboxId, LiveSandbox> sandboxes = new LinkedHashMap<>();

    Roster(SandboxNames names) {
        this.names = names;
    }

    /** Adds one that the journal knew. */
    synchronized void restore(LiveSandbox sandbox) {
        sandboxes.put(sandbox.id(), sandbox);
    }

    /** An id that nothing has yet. */
    SandboxId newId() {
        return names.id();
    }

    /** Adds a new one; {@code NAME_TAKEN}. */
    synchronized LiveSandbox admit(
            SandboxId id, Optional<String> name, BiFunction<SandboxId, String, LiveSandbox> maker) {
        requireFree(name);
        LiveSandbox sandbox = maker.apply(id, name.orElseGet(() -> names.name(this::isTaken)));
        sandboxes.put(id, sandbox);
        return sandbox;
    }

    /** {@code NAME_TAKEN} if a sandbox has that name now. */
    synchronized void requireFree(Optional<String> name) {
        name.filter(this::isTaken).ifPresent(taken -> {
            throw HostException.of(HostErrorCode.NAME_TAKEN, "sandbox name")
                    .value(taken)
                    .expected("a name that no sandbox has")
                    .remedy("choose another, or leave it empty")
                    .build();
        });
    }

    private boolean isTaken(String name) {
        return sandboxes.values().stream()
                .anyMatch(sandbox -> sandbox.view().name().equals(name));
    }

    synchronized void remove(LiveSandbox sandbox) {
        sandbox.gone();
        sandboxes.remove(sandbox.id());
    }

    /** Oldest first. */
    synchronized List<LiveSandbox> all() {
        List<LiveSandbox> all = new ArrayList<>(sandboxes.values());
        all.sort(Comparator.comparing(sandbox -> sandbox.view().created()));
        return all;
    }

    synchronized Optional<LiveSandbox> find(SandboxId id) {
        return Optional.ofNullable(sandboxes.get(id));
    }

    LiveSandbox get(SandboxId id) {
        return find(id).orElseThrow(() -> unknown(id.value()));
    }

    /** By id or name. */
    LiveSandbox get(String idOrName) {
        return all().stream()
                .filter(sandbox -> sandbox.id().value().equals(idOrName)
                        || sandbox.view().name().equals(idOrName))
                .findFirst()
                .orElseThrow(() -> unknown(idOrName));
    }

    private static HostException unknown(String idOrName) {
        return HostException.of(HostErrorCode.UNKNOWN_SANDBOX, "unknown sandbox")
                .value('"' + idOrName + '"')
                .expected("the id or name of a sandbox")
                .remedy("see 'mulligan sandbox list'")
                .build();
    }
}
