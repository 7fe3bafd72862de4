package dev.mulligan.host.audit;

import dev.mulligan.host.audit.AuditRows.Row;
import dev.mulligan.host.audit.AuditVerdict.Flaw;
import dev.mulligan.host.audit.HeadFile.Head;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Compares the chain with the heads that were signed, one after another. The key may change where an entry announces
 * it; the last one must be the key of this host. Not thread-safe.
 */
final class HeadCheck {
    private Optional<SignedHead> last = Optional.empty();
    private String announced = "";

    /** Takes the next signed head, of an entry that was found good. */
    Optional<Flaw> accept(SignedHead signed, EntryHash there) {
        long sequence = signed.head().sequence();
        if (!signed.head().hash().equals(there)) {
            return Chain.flaw(sequence, "rewritten: it is not the entry whose hash was signed");
        }
        if (!signed.genuine()) {
            return Chain.flaw(sequence, "forged: the signature of its head is not that of its key");
        }
        if (last.isPresent()
                && !last.get().publicKey().equals(signed.publicKey())
                && !announced.equals(signed.keyId())) {
            return Chain.flaw(sequence, "forged: its head is signed by a key that no entry announces");
        }
        last = Optional.of(signed);
        return Optional.empty();
    }

    /** An entry announces another key: {@link AuditKey#id}. */
    void announce(String keyId) {
        announced = keyId;
    }

    /**
     * What is missing at the end.
     *
     * @param expected the head that was signed last, or one before it
     */
    Optional<Flaw> end(Head expected, AuditKey key) {
        long reached = last.map(signed -> signed.head().sequence()).orElse(-1L);
        if (reached < expected.sequence()) {
            return Chain.flaw(expected.sequence(), "unsigned: the signed head of this entry is missing");
        }
        return last.filter(signed -> !signed.isBy(key))
                .flatMap(signed -> Chain.flaw(
                        signed.head().sequence(), "forged: its head is signed by another key than this host's"));
    }

    /** The last good one. */
    Optional<SignedHead> last() {
        return last;
    }

    /**
     * What is wrong between the log and the head that was signed last; looks at that alone.
     *
     * @param keyWasThere a key that is in its place has signed a head
     */
    static Optional<String> flawAtStart(Handle handle, boolean keyWasThere) {
        Optional<SignedHead> newest = HeadRows.newest(handle);
        if (newest.isEmpty()) {
            return keyWasThere ? Optional.of("unsigned: its signed heads are missing") : Optional.empty();
        }
        Head head = newest.get().head();
        EntryHash there = head.sequence() == 0
                ? EntryHash.NONE
                : AuditRows.at(handle, head.sequence()).map(Row::hash).orElse(EntryHash.NONE);
        return new HeadCheck().accept(newest.get(), there).map(Flaw::problem);
    }
}
