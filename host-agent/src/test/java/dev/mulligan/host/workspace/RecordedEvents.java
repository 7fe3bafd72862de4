package dev.mulligan.host.workspace;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.audit.AuditLog;
import java.util.ArrayList;
import java.util.List;

/** A record in memory, which can be made to fail. */
public final class RecordedEvents implements AuditLog {
    private final List<AuditEvent> events = new ArrayList<>();
    private boolean failing;
    private Runnable look = () -> {};

    @Override
    public synchronized long append(AuditEvent event) {
        if (failing) {
            throw HostException.of(HostErrorCode.AUDIT_UNAVAILABLE, "no record").build();
        }
        look.run();
        events.add(event);
        return events.size();
    }

    public synchronized void fail(boolean now) {
        failing = now;
    }

    /** Runs at each entry, before that counts as written. */
    public synchronized void atEach(Runnable action) {
        look = action;
    }

    /** Those of one kind. */
    public synchronized List<AuditEvent> of(String kind) {
        return events.stream().filter(event -> event.kind().equals(kind)).toList();
    }

    public synchronized List<String> kinds() {
        return events.stream().map(AuditEvent::kind).toList();
    }
}
