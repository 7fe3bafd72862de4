package dev.mulligan.host.workspace.store;

import dev.mulligan.host.Actor;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.audit.AuditLog;
import dev.mulligan.host.audit.RecordedPaths;
import dev.mulligan.host.scope.Ruling;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.change.Refusal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the record says of change sets. */
final class ChangeRecord {
    private final AuditLog audit;

    ChangeRecord(AuditLog audit) {
        this.audit = audit;
    }

    /** That it is taken over, with the digest of all that is in it; and what is decided of it, by rule. */
    void recorded(RecordedChangeSet set, Actor actor) {
        append(
                event("changes.recorded", set, actor),
                set,
                Map.of(
                        "sha256", set.digest().hex(),
                        "changes", String.valueOf(set.changes().size()),
                        "refusals", String.valueOf(set.refusals().size())));
        set.pending()
                .forEach((ruling, paths) ->
                        append(decided(set, ruling, actor), set, paths, Map.of("why", ruling.reason())));
        List<RelativePath> refused = set.refusals().stream().map(Refusal::path).toList();
        if (!refused.isEmpty()) {
            append(event("changes.refused", set, actor), set, refused, Map.of());
        }
    }

    private static AuditEvent decided(RecordedChangeSet set, Ruling ruling, Actor actor) {
        return event("changes.decided", set, actor)
                .withDecision("", ruling.effect().label(), ruling.rule());
    }

    /** That something is done with these of its paths; none: with all of it. */
    void of(String kind, Actor actor, RecordedChangeSet set, List<RelativePath> paths) {
        if (paths.isEmpty()) {
            append(event(kind, set, actor), set, Map.of());
        } else {
            append(event(kind, set, actor), set, paths, Map.of());
        }
    }

    private void append(
            AuditEvent event, RecordedChangeSet set, List<RelativePath> paths, Map<String, String> details) {
        List<String> absolute =
                paths.stream().map(path -> set.folder() + "/" + path).toList();
        for (String text : RecordedPaths.texts(absolute)) {
            Map<String, String> all = new HashMap<>(details);
            all.put("count", String.valueOf(paths.size()));
            all.put("paths", text);
            append(event, set, all);
        }
    }

    private void append(AuditEvent event, RecordedChangeSet set, Map<String, String> details) {
        Map<String, String> all = new HashMap<>(details);
        all.put("change_set", set.id().value());
        all.put("folder", set.folder().toString());
        audit.append(event.withDetails(all));
    }

    private static AuditEvent event(String kind, RecordedChangeSet set, Actor actor) {
        return AuditEvent.of(kind, actor).withTask(set.task());
    }
}
