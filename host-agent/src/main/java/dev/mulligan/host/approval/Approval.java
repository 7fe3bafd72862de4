package dev.mulligan.host.approval;

import dev.mulligan.host.Actor;
import java.time.Instant;
import java.util.Optional;

/**
 * A question to a person, and what became of it.
 *
 * @param shown all that there is to see of it, as canonical JSON (RFC 8785)
 * @param digest SHA-256 of that, 64 hex digits: an answer names it, and so is bound to exactly what was shown
 * @param expires from then on the answer is no; empty: it stays open, as it was asked by a host agent that knew
 *     no time-out of changes
 * @param decided empty: it is open
 */
public record Approval(
        ApprovalId id,
        Question question,
        String shown,
        String digest,
        Instant asked,
        Optional<Instant> expires,
        Optional<Decided> decided) {
    public boolean isOpen() {
        return decided.isEmpty();
    }

    /** Who answered what, and when. */
    public record Decided(Answer answer, Actor actor, Instant time) {}
}
