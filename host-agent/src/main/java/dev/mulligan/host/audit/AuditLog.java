package dev.mulligan.host.audit;

/** The door of the record for those who act. Reading, verifying and exporting are {@code AuditReader}'s. */
public interface AuditLog {
    /**
     * Appends an entry and returns its sequence number once it is durable. The effect that the entry announces must
     * start only after this has returned.
     *
     * <p>Safe for use by several threads; entries are in one order.
     *
     * @throws dev.mulligan.host.HostException {@code AUDIT_UNAVAILABLE} if the entry could not be made durable: do not
     *     act then
     */
    long append(AuditEvent event);
}
