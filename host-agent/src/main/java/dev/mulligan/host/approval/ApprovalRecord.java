package dev.mulligan.host.approval;

import dev.mulligan.host.Actor;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.audit.AuditLog;
import dev.mulligan.host.tool.CallDigest;
import java.util.HashMap;
import java.util.Map;

/** What the record says of approvals. */
final class ApprovalRecord {
    private final AuditLog audit;

    ApprovalRecord(AuditLog audit) {
        this.audit = audit;
    }

    void asked(Approval approval) {
        audit.append(event("approval.asked", approval, Actor.HOST, "ask").withDetails(details(approval)));
    }

    void decided(Approval approval, Answer answer, Actor actor) {
        Map<String, String> details = details(approval);
        details.put("answer", answer.verdict());
        if (!answer.reason().isEmpty()) {
            details.put("reason", answer.reason());
        }
        if (answer instanceof Answer.Edit edit) {
            details.put("edited_sha256", CallDigest.of(edit.call()).sha256());
        }
        audit.append(event("approval.decided", approval, actor, allows(answer) ? "allow" : "deny")
                .withDetails(details));
    }

    /** The answer counts for nothing: it could not be carried out. */
    void reopened(Approval approval, String why) {
        Map<String, String> details = details(approval);
        details.put("reason", why);
        audit.append(event("approval.reopened", approval, Actor.HOST, "ask").withDetails(details));
    }

    private static boolean allows(Answer answer) {
        return switch (answer) {
            case Answer.Allow _, Answer.Edit _, Answer.Narrow _ -> true;
            case Answer.Deny _, Answer.Expired _, Answer.Withdrawn _ -> false;
        };
    }

    private static AuditEvent event(String kind, Approval approval, Actor actor, String decision) {
        AuditEvent event =
                AuditEvent.of(kind, actor).withTask(approval.question().task());
        String rule = approval.question().rule();
        return switch (approval.question()) {
            case CallQuestion call ->
                event.withSandbox(call.sandbox()).withDecision(call.tool().label(), decision, rule);
            case ChangesQuestion _ -> event.withDecision("", decision, rule);
        };
    }

    private static Map<String, String> details(Approval approval) {
        Map<String, String> details = new HashMap<>();
        details.put("approval", approval.id().value());
        details.put("shown_sha256", approval.digest());
        approval.expires().ifPresent(expires -> details.put("expires", expires.toString()));
        switch (approval.question()) {
            case CallQuestion call -> details.put("call", Integer.toString(call.call()));
            case ChangesQuestion changes -> {
                details.put("change_set", changes.changeSet().value());
                details.put("folder", changes.folder().toString());
                details.put("count", Integer.toString(changes.count()));
            }
        }
        return details;
    }
}
