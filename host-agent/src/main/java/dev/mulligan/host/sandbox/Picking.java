package dev.mulligan.host.sandbox;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TryLabel;
import dev.mulligan.host.audit.AuditEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Ends a try: one of its candidates stays, the others are deleted. Recorded first; cut off, the same call finishes it,
 * for the candidates are found by their label.
 */
final class Picking {
    private static final int LONGEST_REASON = 200;

    private final SandboxContext context;
    private final Roster roster;
    private final Deletion deletion;

    Picking(SandboxContext context, Roster roster, Deletion deletion) {
        this.context = context;
        this.roster = roster;
        this.deletion = deletion;
    }

    /** One after another: of two at once, the second finds what the first has left. */
    synchronized List<Sandbox> pick(String trial, Optional<SandboxId> picked, String why, Actor actor) {
        if (why.length() > LONGEST_REASON) {
            throw invalid("reason", why.length() + " characters", "at most " + LONGEST_REASON);
        }
        List<LiveSandbox> candidates = roster.all().stream()
                .filter(sandbox -> trial.equals(sandbox.view().labels().get(TryLabel.KEY)))
                .toList();
        if (candidates.isEmpty()) {
            throw HostException.of(HostErrorCode.UNKNOWN_SANDBOX, "no sandbox is a candidate of the try")
                    .value('"' + trial + '"')
                    .expected("the value of the label " + TryLabel.KEY + " of some sandbox")
                    .remedy("see 'mulligan sandbox list'")
                    .build();
        }
        picked.ifPresent(one -> requireStays(trial, candidates, one));
        List<LiveSandbox> others = candidates.stream()
                .filter(sandbox -> !picked.equals(Optional.of(sandbox.id())))
                .toList();
        others.forEach(other -> other.requireFree(Optional.empty()));
        List<Sandbox> deleted = others.stream().map(LiveSandbox::view).toList();
        record(trial, picked, why, deleted, actor);
        others.forEach(other -> delete(other, actor));
        return deleted;
    }

    private static void requireStays(String trial, List<LiveSandbox> candidates, SandboxId picked) {
        LiveSandbox candidate = candidates.stream()
                .filter(sandbox -> sandbox.id().equals(picked))
                .findFirst()
                .orElseThrow(() -> invalid("picked sandbox", picked, "a candidate of " + trial));
        SandboxState state = candidate.state();
        switch (state) {
            case READY, PAUSED, SAVED, BROKEN -> {}
            case STARTING, DELETING ->
                throw invalid(
                        "picked sandbox",
                        candidate.view().name() + " is " + state,
                        "one that is READY, PAUSED, SAVED or BROKEN");
        }
    }

    private void record(String trial, Optional<SandboxId> picked, String why, List<Sandbox> others, Actor actor) {
        Map<String, String> details = new HashMap<>();
        details.put("try", trial);
        details.put("why", why);
        details.put("others", others.stream().map(other -> other.id().value()).collect(Collectors.joining(", ")));
        AuditEvent event = AuditEvent.of(picked.isPresent() ? "try.picked" : "try.given_up", actor)
                .withDetails(details);
        context.audit().append(picked.map(event::withSandbox).orElse(event));
    }

    private void delete(LiveSandbox other, Actor actor) {
        try {
            other.turn(() -> {
                // Again: a task may have come while the others were deleted, or this waited for its turn.
                other.requireFree(Optional.empty());
                deletion.delete(other, actor);
                return other;
            });
        } catch (HostException failed) {
            if (failed.code() != HostErrorCode.UNKNOWN_SANDBOX) {
                throw failed;
            }
            // Somebody else was faster.
        }
    }

    private static HostException invalid(String what, Object value, String expected) {
        return HostException.of(HostErrorCode.INVALID_ARGUMENT, what)
                .value(value)
                .expected(expected)
                .remedy("correct the request")
                .build();
    }
}
