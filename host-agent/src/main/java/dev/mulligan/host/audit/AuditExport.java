package dev.mulligan.host.audit;

import dev.mulligan.host.audit.AuditVerdict.Flaw;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The form in which the record leaves the host, and its check, which needs nothing but the file.
 *
 * <p>An export is lines of canonical JSON (RFC 8785), each ending with a line feed:
 *
 * <ul>
 *   <li>An entry: <code>{"entry":{"actor":…,"decision":…,"details":{…},"kind":…,"rule":…,"sandbox_id":…,"task_id":…,
 *       "time":…,"tool":…},"previous_hash":…,"sequence":…}</code>; all values are strings but {@code details}, an
 *       object of strings, and {@code sequence}, a number.
 *   <li>A link, for an entry that belongs to another task: the same with {@code "entry_hash"}, the SHA-256 of the
 *       entry's canonical JSON, instead of {@code "entry"}. So a part of the log proves its place in the whole
 *       without telling what it leaves out.
 *   <li>Last, the head: <code>{"head":HASH,"sequence":N}</code>: hash and number of the entry before it. A file
 *       without it was cut off.
 * </ul>
 *
 * <p>The hash of an entry is the SHA-256 of its link's canonical JSON, and {@code previous_hash} of the next: the chain
 * can be followed through entries and links alike. The first line's {@code previous_hash} is 64 zeros if its sequence
 * is 1.
 */
public final class AuditExport {
    private AuditExport() {}

    /**
     * Checks an export, reading it line by line. Whole means: from its first entry to its last nothing was changed,
     * left out, doubled, reordered or cut off since it was written. That it is the true record, too, shows who compares
     * {@link AuditVerdict#head()} with the hash that the host, or anyone who noted it, gives for that entry.
     *
     * @throws IOException only what the source throws
     */
    public static AuditVerdict verify(InputStream source) throws IOException {
        ExportLines lines = new ExportLines(source);
        Optional<ExportLine> first = lines.next();
        Chain chain = first.filter(line -> line instanceof ExportLine.Entry entry && entry.sequence() > 1)
                .map(line -> (ExportLine.Entry) line)
                .map(entry -> Chain.after(entry.sequence() - 1, entry.previousHash()))
                .orElseGet(Chain::fromBeginning);
        for (Optional<ExportLine> line = first; line.isPresent(); line = lines.next()) {
            switch (line.get()) {
                case ExportLine.Entry entry -> {
                    Optional<Flaw> flaw = chain.accept(entry.sequence(), entry.entryHash(), entry.previousHash());
                    if (flaw.isPresent()) {
                        return chain.verdict(flaw.map(found -> orReordered(found, lines)));
                    }
                }
                case ExportLine.Head head -> {
                    return chain.verdict(endFlaw(chain, head, lines));
                }
                case ExportLine.Unreadable unreadable -> {
                    return chain.verdict(Chain.flaw(
                            chain.sequence() + 1, "changed: line " + unreadable.number() + " " + unreadable.problem()));
                }
            }
        }
        return chain.verdict(Chain.flaw(chain.sequence() + 1, "truncated: the file ends without its head"));
    }

    private static Optional<Flaw> endFlaw(Chain chain, ExportLine.Head head, ExportLines lines) throws IOException {
        if (head.sequence() > chain.sequence()) {
            return Chain.flaw(
                    chain.sequence() + 1,
                    "truncated: entries " + (chain.sequence() + 1) + " to " + head.sequence() + " are missing");
        }
        if (head.sequence() < chain.sequence() || lines.next().isPresent()) {
            return Chain.flaw(head.sequence() + 1, "changed: something was added after the last entry");
        }
        return head.hash().equals(chain.head())
                ? Optional.empty()
                : Chain.flaw(chain.sequence(), "changed: its hash is not that of the head");
    }

    /** An entry that seems to be missing may stand further down. */
    private static Flaw orReordered(Flaw flaw, ExportLines lines) {
        if (!flaw.problem().startsWith("missing")) {
            return flaw;
        }
        try {
            for (Optional<ExportLine> line = lines.next(); line.isPresent(); line = lines.next()) {
                if (line.get() instanceof ExportLine.Entry entry && entry.sequence() == flaw.sequence()) {
                    return new Flaw(flaw.sequence(), "reordered: it stands further down, in line " + lines.number());
                }
            }
        } catch (IOException theFlawStands) {
            return flaw;
        }
        return flaw;
    }
}
