package dev.mulligan.host.cli;

import dev.mulligan.host.cli.terminal.Printable;
import dev.mulligan.proto.host.v1.AuditEntry;
import java.util.TreeMap;

/** An audit entry for people: one line. */
record AuditView(AuditEntry entry) {
    @Override
    public String toString() {
        StringBuilder line = new StringBuilder();
        line.append(
                String.format("%6d  %-19s  %-22s", entry.getSequence(), new When(entry.getTime()), entry.getKind()));
        add(line, "task", entry.getTaskId());
        add(line, "thread", entry.getThread());
        add(line, "sandbox", entry.getSandboxId());
        add(line, "by", entry.getActor());
        add(line, "tool", entry.getTool());
        add(line, "decision", entry.getDecision());
        add(line, "rule", entry.getRule());
        new TreeMap<>(entry.getDetailsMap()).forEach((name, value) -> add(line, name, value));
        return Printable.of(line.toString());
    }

    private static void add(StringBuilder line, String name, String value) {
        if (!value.isEmpty()) {
            line.append("  ").append(name).append('=').append(value);
        }
    }
}
