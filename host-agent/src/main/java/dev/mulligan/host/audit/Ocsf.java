package dev.mulligan.host.audit;

import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.ThreadName;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * An entry as log systems know it: one JSON object in the shape of the Open Cybersecurity Schema Framework, class API
 * Activity (schema.ocsf.io/1.3.0/classes/api_activity). What it has no name for is in {@code unmapped}, under the
 * record's own names.
 */
final class Ocsf {
    private static final String VERSION = "1.3.0";
    /** Category Application Activity, class API Activity. */
    private static final long CATEGORY = 6;

    private static final long CLASS = 6003;
    private static final long INFORMATIONAL = 1;
    private static final long MEDIUM = 3;

    private Ocsf() {}

    static String event(AuditEntry entry) {
        AuditEvent event = entry.event();
        Activity activity = Activity.of(event.kind());
        Map<String, Object> json = new HashMap<>();
        json.put("activity_id", activity.id);
        json.put("activity_name", activity == Activity.OTHER ? event.kind() : activity.caption());
        json.put(
                "actor",
                Map.of(
                        "user",
                        Map.of(
                                "name",
                                event.actor().name(),
                                "uid",
                                event.actor().name())));
        json.put("api", Map.of("operation", event.kind(), "service", Map.of("name", "mulligan")));
        json.put("category_uid", CATEGORY);
        json.put("class_uid", CLASS);
        json.put("message", event.kind());
        json.put("metadata", metadata(entry));
        json.put("severity_id", event.decision().equals("deny") ? MEDIUM : INFORMATIONAL);
        json.put("src_endpoint", Map.of("name", door(event.actor().name())));
        json.put("status_id", Status.of(event).id);
        json.put("time", entry.time().toEpochMilli());
        json.put("type_uid", CLASS * 100 + activity.id);
        json.put("unmapped", unmapped(event));
        return CanonicalJson.write(json);
    }

    private static Map<String, Object> metadata(AuditEntry entry) {
        Map<String, Object> metadata = new HashMap<>(Map.of(
                "event_code", entry.event().kind(),
                "log_name", "audit",
                "product", Map.of("name", "Mulligan", "vendor_name", "Mulligan"),
                "sequence", entry.sequence(),
                "uid", entry.hash().hex(),
                "version", VERSION));
        entry.event().task().ifPresent(task -> metadata.put("correlation_uid", task.value()));
        return metadata;
    }

    /** The way the actor came in: {@code local} for the unix socket, {@code token} for TCP, {@code host} for nobody. */
    private static String door(String actor) {
        int colon = actor.indexOf(':');
        return colon < 0 ? actor : actor.substring(0, colon);
    }

    private static Map<String, Object> unmapped(AuditEvent event) {
        Map<String, Object> rest = new HashMap<>(Map.of(
                "decision", event.decision(),
                "rule", event.rule(),
                "sandbox_id", event.sandbox().map(SandboxId::value).orElse(""),
                "task_id", event.task().map(TaskId::value).orElse(""),
                "thread", event.thread().map(ThreadName::value).orElse(""),
                "tool", event.tool()));
        rest.values().removeIf(""::equals);
        rest.put("details", event.details());
        return rest;
    }

    /** {@code activity_id} of the class. */
    private enum Activity {
        CREATE(1),
        UPDATE(3),
        DELETE(4),
        OTHER(99);

        private final long id;

        Activity(long id) {
            this.id = id;
        }

        static Activity of(String kind) {
            String done = kind.substring(kind.indexOf('.') + 1);
            return switch (done) {
                case "created", "dispatched", "built", "forked", "directory_made", "files_uploaded" -> CREATE;
                case "deleted", "file_removed" -> DELETE;
                case "file_written", "file_moved", "rolled_back", "apply", "undo", "taken_back" -> UPDATE;
                default -> OTHER;
            };
        }

        String caption() {
            return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
        }
    }

    /** {@code status_id} of the base event. */
    private enum Status {
        UNKNOWN(0),
        SUCCESS(1),
        FAILURE(2);

        private final long id;

        Status(long id) {
            this.id = id;
        }

        static Status of(AuditEvent event) {
            String outcome =
                    event.details().getOrDefault("outcome", event.details().getOrDefault("state", ""));
            if (event.decision().equals("deny")) {
                return FAILURE;
            }
            return switch (outcome) {
                case "" -> event.decision().equals("allow") ? SUCCESS : UNKNOWN;
                case "OK", "SUCCEEDED" -> SUCCESS;
                default -> FAILURE;
            };
        }
    }
}
