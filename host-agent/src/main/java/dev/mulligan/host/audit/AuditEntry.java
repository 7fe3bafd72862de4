package dev.mulligan.host.audit;

import java.time.Instant;

/**
 * One entry of the record.
 *
 * @param sequence from 1, without gaps
 * @param time when it was appended, by the host's clock, in whole microseconds; may step back with that clock
 * @param previousHash of the entry before; {@link EntryHash#NONE} for the first
 * @param hash over this entry and {@code previousHash}; see {@link AuditExport} for the exact form
 */
public record AuditEntry(long sequence, Instant time, AuditEvent event, EntryHash previousHash, EntryHash hash) {}
