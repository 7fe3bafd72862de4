/** The record: written before the effect, chained by hashes, never changed. Start at {@link AuditLog}. */
@NullMarked
package dev.mulligan.host.audit;

import org.jspecify.annotations.NullMarked;
