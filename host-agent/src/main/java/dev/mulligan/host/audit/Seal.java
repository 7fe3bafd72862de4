package dev.mulligan.host.audit;

import dev.mulligan.host.audit.HeadFile.Head;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * The last line of an export: the head that it reaches, and what it tells, with the host's signature over the line's
 * canonical JSON without {@code signature}.
 *
 * @param sequence of the last entry; 0: the export has none
 * @param hash of that entry
 * @param entries how many are told, and not only linked: turning one into a link does not go unseen
 * @param task whose part it is; empty text: all
 * @param time when it was exported
 * @param key {@link AuditKey#id} of the key that has signed
 * @param signature 128 hex digits
 */
record Seal(long sequence, EntryHash hash, long entries, String task, String time, String key, String signature) {
    /** The names in the line. */
    static final Set<String> NAMES = Set.of("entries", "head", "key", "sequence", "signature", "task_id", "time");

    static Seal sign(Head head, long entries, String task, Instant now, SigningKey key) {
        Seal unsigned = new Seal(
                head.sequence(),
                head.hash(),
                entries,
                task,
                EntryFormat.time(now),
                key.shown().id(),
                "");
        return unsigned.with(key.sign(unsigned.statement()));
    }

    private Seal with(String made) {
        return new Seal(sequence, hash, entries, task, time, key, made);
    }

    /** Whether that key has signed it. */
    boolean isBy(AuditKey signer) {
        return key.equals(signer.id()) && signer.signed(statement(), signature);
    }

    String line() {
        return CanonicalJson.write(Map.of(
                "entries", entries,
                "head", hash.hex(),
                "key", key,
                "sequence", sequence,
                "signature", signature,
                "task_id", task,
                "time", time));
    }

    private String statement() {
        return CanonicalJson.write(Map.of(
                "entries",
                entries,
                "head",
                hash.hex(),
                "key",
                key,
                "sequence",
                sequence,
                "task_id",
                task,
                "time",
                time));
    }
}
