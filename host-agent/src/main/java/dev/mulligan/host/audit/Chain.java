package dev.mulligan.host.audit;

import dev.mulligan.host.audit.AuditVerdict.Flaw;
import java.util.Optional;

/** Follows the chain from entry to entry; the first entry that does not fit is the flaw. Not thread-safe. */
final class Chain {
    private long sequence;
    private EntryHash head;
    private long count;

    private Chain(long sequence, EntryHash head) {
        this.sequence = sequence;
        this.head = head;
    }

    /** A chain whose next entry is the first of all. */
    static Chain fromBeginning() {
        return new Chain(0, EntryHash.NONE);
    }

    /** A chain that goes on after that entry, of which nothing but the hash is known. */
    static Chain after(long sequence, EntryHash hash) {
        return new Chain(sequence, hash);
    }

    /** Takes the next entry, unless it does not fit. */
    Optional<Flaw> accept(long next, EntryHash entryHash, EntryHash previousHash) {
        if (next <= sequence) {
            return flaw(
                    next,
                    next == sequence ? "doubled: it was there already" : "reordered: it stands after " + sequence);
        }
        if (next > sequence + 1) {
            String which =
                    next == sequence + 2 ? "the entry is" : "entries " + (sequence + 1) + " to " + (next - 1) + " are";
            return flaw(sequence + 1, "missing: " + which + " not there");
        }
        if (!previousHash.equals(head)) {
            return count == 0
                    ? flaw(next, "changed: its previous hash is not that of the beginning")
                    : flaw(sequence, "changed: its hash is not the one that entry " + next + " was chained to");
        }
        sequence = next;
        head = EntryHash.of(EntryFormat.link(next, entryHash, previousHash));
        count++;
        return Optional.empty();
    }

    /** Whether no entry was taken yet. */
    boolean nothing() {
        return count == 0;
    }

    long sequence() {
        return sequence;
    }

    EntryHash head() {
        return head;
    }

    AuditVerdict verdict(Optional<Flaw> flaw) {
        return new AuditVerdict(count, sequence, head, flaw, Optional.empty());
    }

    static Optional<Flaw> flaw(long sequence, String problem) {
        return Optional.of(new Flaw(sequence, problem));
    }
}
