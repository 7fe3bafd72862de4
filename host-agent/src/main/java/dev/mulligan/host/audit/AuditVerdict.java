package dev.mulligan.host.audit;

import java.util.Optional;

/**
 * What a check of the record, or of an export, found.
 *
 * @param entries how many were read before the check ended
 * @param head hash of the last good entry; {@link EntryHash#NONE} if there is none
 * @param flaw the first thing that is wrong; empty: the record is whole
 */
public record AuditVerdict(long entries, EntryHash head, Optional<Flaw> flaw) {
    public boolean whole() {
        return flaw.isEmpty();
    }

    /**
     * The first thing that is wrong.
     *
     * @param sequence of the first bad entry, or of the first that is missing
     * @param problem for people: "changed: …", "missing: …", "doubled: …", "truncated: …"
     */
    public record Flaw(long sequence, String problem) {}
}
