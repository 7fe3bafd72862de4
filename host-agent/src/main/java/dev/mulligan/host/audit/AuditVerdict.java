package dev.mulligan.host.audit;

import java.util.Optional;

/**
 * What a check of the record, or of an export, found.
 *
 * @param entries how many were read before the check ended
 * @param sequence of the last good entry; 0: there is none
 * @param head hash of that entry; {@link EntryHash#NONE} if there is none
 * @param flaw the first thing that is wrong; empty: the record is whole
 * @param signed how far a signature was found good; empty: none was looked at
 */
public record AuditVerdict(long entries, long sequence, EntryHash head, Optional<Flaw> flaw, Optional<Signed> signed) {
    public boolean whole() {
        return flaw.isEmpty();
    }

    AuditVerdict signedBy(long upTo, AuditKey key) {
        return new AuditVerdict(entries, sequence, head, flaw, Optional.of(new Signed(upTo, key.id())));
    }

    /**
     * The first thing that is wrong.
     *
     * @param sequence of the first bad entry, or of the first that is missing
     * @param problem for people: "changed: …", "missing: …", "doubled: …", "truncated: …", "forged: …"
     */
    public record Flaw(long sequence, String problem) {}

    /**
     * A signature that holds.
     *
     * @param sequence of the entry whose head was signed: it, and all before it, are what the key's owner had
     * @param key see {@link AuditKey#id}
     */
    public record Signed(long sequence, String key) {}
}
