package dev.mulligan.host.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mulligan.host.cli.terminal.Printable;
import dev.mulligan.host.cli.terminal.Table;
import dev.mulligan.proto.host.v1.Approval;
import dev.mulligan.proto.host.v1.ListApprovalsResponse;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An approval for people. */
record ApprovalView(Approval approval) {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final int WIDEST = 60;

    /** Oldest first. */
    static String table(ListApprovalsResponse approvals) {
        Table table = new Table("APPROVAL", "TASK", "CALL", "TOOL", "ASKED", "ANSWER", "WHY");
        for (Approval approval : approvals.getApprovalsList()) {
            ApprovalView view = new ApprovalView(approval);
            String why = approval.getReason();
            table.row(
                    approval.getId(),
                    approval.getTaskId(),
                    approval.hasChanges() ? "-" : Integer.toString(approval.getCall() + 1),
                    approval.hasChanges() ? "changes" : view.tool(),
                    new When(approval.getAsked()).toString(),
                    approval.hasDecided() ? approval.getDecided().getAnswer() : "",
                    why.length() > WIDEST ? why.substring(0, WIDEST) + "…" : why);
        }
        return table.toString();
    }

    private String tool() {
        return approval.getTool().name().toLowerCase(Locale.ROOT) + (approval.getRoot() ? " as root" : "");
    }

    /** What was answered, in one line. */
    String decided() {
        Approval.Decided decided = approval.getDecided();
        return approval.getId() + ": " + decided.getAnswer() + ", by " + Printable.of(decided.getActor()) + ", "
                + new When(decided.getTime())
                + (decided.getReason().isEmpty() ? "" : ": " + Printable.of(decided.getReason()));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        line(text, "approval", approval.getId());
        line(text, "digest", approval.getDigest());
        if (approval.hasChanges()) {
            changes(text);
        } else {
            call(text);
        }
        if (approval.hasDecided()) {
            text.append(decided()).append('\n');
        }
        return text.toString();
    }

    private void call(StringBuilder text) {
        line(text, "task", approval.getTaskId() + ", call " + (approval.getCall() + 1));
        line(text, "sandbox", approval.getSandboxId());
        line(text, "tool", tool());
        why(text);
        line(text, "expires", new When(approval.getExpires()).toString());
        if (!approval.getCheckpointId().isEmpty()) {
            line(text, "way back", "checkpoint " + approval.getCheckpointId() + ", if the task is stopped");
        }
        text.append(arguments());
    }

    private void changes(StringBuilder text) {
        Approval.Changes changes = approval.getChanges();
        line(text, "task", approval.getTaskId() + ", which has ended");
        line(text, "folder", changes.getFolder());
        line(
                text,
                "changes",
                Stream.of(
                                count(changes.getCreated(), "created"),
                                count(changes.getModified(), "modified"),
                                count(changes.getDeleted(), "deleted"),
                                count(changes.getRenamed(), "renamed"))
                        .filter(count -> !count.isEmpty())
                        .collect(Collectors.joining(", ")));
        why(text);
        if (approval.hasExpires()) {
            line(text, "expires", new When(approval.getExpires()).toString());
        }
    }

    private static String count(int number, String what) {
        return number == 0 ? "" : number + " " + what;
    }

    private void why(StringBuilder text) {
        line(text, "rule", approval.getRule());
        line(text, "why", approval.getReason());
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(String.format(Locale.ROOT, "%-10s%s%n", name, Printable.of(value)));
    }

    /** Each with its name; of several lines below it. */
    private String arguments() {
        JsonNode json;
        try {
            json = MAPPER.readTree(approval.getArguments());
        } catch (JsonProcessingException odd) {
            return Printable.ofLines(approval.getArguments()) + "\n";
        }
        StringBuilder text = new StringBuilder();
        json.properties().forEach(argument -> {
            JsonNode value = argument.getValue();
            String shown = Printable.ofLines(value.isTextual() ? value.asText() : value.toString());
            if (shown.contains("\n")) {
                text.append(Printable.of(argument.getKey())).append('\n');
                shown.lines().forEach(line -> text.append("  | ").append(line).append('\n'));
            } else {
                text.append(String.format(Locale.ROOT, "%-10s%s%n", Printable.of(argument.getKey()), shown));
            }
        });
        return text.toString();
    }
}
