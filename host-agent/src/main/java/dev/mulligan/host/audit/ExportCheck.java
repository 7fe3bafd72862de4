package dev.mulligan.host.audit;

import dev.mulligan.host.audit.AuditVerdict.Flaw;
import java.io.IOException;
import java.util.Optional;

/** The check of one export: see {@link AuditExport}. */
final class ExportCheck {
    private final ExportLines lines;
    private final Optional<AuditKey> key;
    private long first;
    private long told;

    ExportCheck(ExportLines lines, Optional<AuditKey> key) {
        this.lines = lines;
        this.key = key;
    }

    AuditVerdict verify(Optional<AuditVerdict> before) throws IOException {
        Optional<ExportLine> line = lines.next();
        Chain chain =
                before.map(file -> Chain.after(file.sequence(), file.head())).orElseGet(() -> beginning(line));
        this.first = chain.sequence() + 1;
        for (Optional<ExportLine> next = line; next.isPresent(); next = lines.next()) {
            switch (next.get()) {
                case ExportLine.Entry entry -> {
                    Optional<Flaw> flaw = chain.accept(entry.sequence(), entry.entryHash(), entry.previousHash());
                    if (flaw.isPresent()) {
                        return chain.verdict(flaw.map(this::orReordered));
                    }
                    told += entry.told() ? 1 : 0;
                }
                case ExportLine.Sealed end -> {
                    return sealed(chain, end.seal());
                }
                case ExportLine.Unreadable unreadable -> {
                    return chain.verdict(Chain.flaw(
                            chain.sequence() + 1, "changed: line " + unreadable.number() + " " + unreadable.problem()));
                }
            }
        }
        return chain.verdict(Chain.flaw(chain.sequence() + 1, "truncated: the file ends without its head"));
    }

    /** A part begins anywhere, after an entry of which nothing but the hash is known. */
    private static Chain beginning(Optional<ExportLine> line) {
        return line.filter(one -> one instanceof ExportLine.Entry entry && entry.sequence() > 1)
                .map(one -> (ExportLine.Entry) one)
                .map(entry -> Chain.after(entry.sequence() - 1, entry.previousHash()))
                .orElseGet(Chain::fromBeginning);
    }

    private AuditVerdict sealed(Chain chain, Seal seal) throws IOException {
        Optional<Flaw> flaw = chain.nothing() && seal.sequence() == 0 ? endOfNothing(seal) : end(chain, seal);
        if (flaw.isEmpty() && lines.next().isPresent()) {
            flaw = Chain.flaw(seal.sequence() + 1, "changed: something was added after the last entry");
        }
        if (flaw.isEmpty() && told != seal.entries()) {
            flaw = Chain.flaw(
                    first,
                    (told < seal.entries() ? "missing: " : "changed: ") + "from here on " + told
                            + " entries are told, and it was signed with " + seal.entries());
        }
        if (flaw.isEmpty()) {
            flaw = key.flatMap(given -> signature(seal, given));
        }
        AuditVerdict verdict = chain.verdict(flaw);
        return verdict.whole() && key.isPresent() ? verdict.signedBy(seal.sequence(), key.get()) : verdict;
    }

    private static Optional<Flaw> endOfNothing(Seal seal) {
        return seal.hash().equals(EntryHash.NONE)
                ? Optional.empty()
                : Chain.flaw(1, "changed: its head is the hash of no entry");
    }

    private static Optional<Flaw> end(Chain chain, Seal seal) {
        if (seal.sequence() > chain.sequence()) {
            return Chain.flaw(
                    chain.sequence() + 1,
                    "truncated: entries " + (chain.sequence() + 1) + " to " + seal.sequence() + " are missing");
        }
        if (seal.sequence() < chain.sequence()) {
            return Chain.flaw(seal.sequence() + 1, "changed: something was added after the last entry");
        }
        return seal.hash().equals(chain.head())
                ? Optional.empty()
                : Chain.flaw(chain.sequence(), "changed: its hash is not that of the head");
    }

    private static Optional<Flaw> signature(Seal seal, AuditKey given) {
        if (seal.isBy(given)) {
            return Optional.empty();
        }
        return Chain.flaw(
                seal.sequence(),
                seal.key().equals(given.id())
                        ? "forged: the signature of the head is not that of the key " + given
                        : "forged: the head is signed by the key " + seal.key() + ", and the given one is " + given);
    }

    /** An entry that seems to be missing may stand further down. */
    private Flaw orReordered(Flaw flaw) {
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
