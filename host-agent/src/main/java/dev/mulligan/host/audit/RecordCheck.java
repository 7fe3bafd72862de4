package dev.mulligan.host.audit;

import dev.mulligan.host.audit.AuditRows.Row;
import dev.mulligan.host.audit.AuditVerdict.Flaw;
import dev.mulligan.host.audit.HeadFile.Head;
import dev.mulligan.host.store.Store;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Reads the whole record, page by page, and checks each entry, link and signed head. Once. */
final class RecordCheck {
    private final Store store;
    private final Head movedOut;
    private final Chain chain;
    private final HeadCheck heads = new HeadCheck();
    private boolean movingIsOnRecord;

    RecordCheck(Store store) {
        this.store = store;
        this.movedOut = store.read(HeadRows::movedOut);
        this.chain = Chain.after(movedOut.sequence(), movedOut.hash());
        this.movingIsOnRecord = movedOut.sequence() == 0;
    }

    /**
     * The verdict.
     *
     * @param end finds what is wrong between the log and the head that is kept apart
     * @param signed the head that was signed last, or one before it
     * @param key this host's
     */
    AuditVerdict run(Supplier<Optional<String>> end, Head signed, AuditKey key) {
        Optional<Flaw> flaw;
        try {
            flaw = entries()
                    .or(() -> movingIsOnRecord
                            ? Optional.empty()
                            : Chain.flaw(
                                    1,
                                    "missing: no entry says that those up to " + movedOut.sequence()
                                            + " were moved out"))
                    .or(() -> end.get().map(problem -> new Flaw(chain.sequence() + 1, problem)))
                    .or(() -> heads.end(signed, key));
        } catch (IllegalArgumentException | IllegalStateException damaged) {
            flaw = Chain.flaw(chain.sequence() + 1, "changed: it cannot be read (" + damaged.getMessage() + ")");
        }
        AuditVerdict verdict = chain.verdict(flaw);
        return verdict.whole() && heads.last().isPresent()
                ? verdict.signedBy(heads.last().get().head().sequence(), key)
                : verdict;
    }

    /** What was moved out when this check began: if that has changed since, it looked at two records. */
    Head movedOut() {
        return movedOut;
    }

    private Optional<Flaw> entries() {
        // The head of a record that was empty; every other one belongs to an entry.
        Optional<Flaw> flaw = store.read(handle -> HeadRows.between(handle, 0, 0)).stream()
                .findFirst()
                .flatMap(empty -> heads.accept(empty, EntryHash.NONE));
        List<Row> page = page();
        while (flaw.isEmpty() && !page.isEmpty()) {
            flaw = page(page);
            page = page();
        }
        return flaw;
    }

    private List<Row> page() {
        return store.read(handle -> AuditRows.matching(handle, AuditQuery.ALL, chain.sequence()));
    }

    private Optional<Flaw> page(List<Row> rows) {
        Map<Long, SignedHead> signed = store
                .read(handle -> HeadRows.between(
                        handle, rows.getFirst().sequence(), rows.getLast().sequence()))
                .stream()
                .collect(Collectors.toMap(head -> head.head().sequence(), head -> head));
        for (Row row : rows) {
            Optional<Flaw> flaw = entry(row)
                    .or(() -> Optional.ofNullable(signed.get(row.sequence()))
                            .flatMap(head -> heads.accept(head, row.hash())));
            if (flaw.isPresent()) {
                return flaw;
            }
        }
        return Optional.empty();
    }

    private Optional<Flaw> entry(Row row) {
        EntryHash entryHash = EntryHash.of(row.entry());
        EntryHash hash = EntryHash.of(EntryFormat.link(row.sequence(), entryHash, row.previousHash()));
        if (row.sequence() == chain.sequence() + 1 && !row.previousHash().equals(chain.head())) {
            // The entry before has just proved its own hash: so it is this one.
            return Chain.flaw(row.sequence(), "changed: its previous hash is not that of the entry before");
        }
        Optional<Flaw> flaw = chain.accept(row.sequence(), entryHash, row.previousHash());
        if (flaw.isPresent()) {
            return flaw;
        }
        if (!hash.equals(row.hash())) {
            return Chain.flaw(row.sequence(), "changed: its hash is " + hash + ", the one on record " + row.hash());
        }
        return told(row.sequence(), row.toEntry().event());
    }

    /** What entries say about the record itself. */
    private Optional<Flaw> told(long sequence, AuditEvent event) {
        Map<String, String> details = event.details();
        switch (event.kind()) {
            case StoredAuditLog.DAMAGED -> {
                return Chain.flaw(sequence, details.getOrDefault("problem", "damaged"));
            }
            case StoredAuditLog.KEY_REPLACED -> heads.announce(details.getOrDefault("key", ""));
            case Rotation.MOVED_OUT ->
                movingIsOnRecord |= details.getOrDefault("last", "").equals(Long.toString(movedOut.sequence()))
                        && details.getOrDefault("head", "")
                                .equals(movedOut.hash().hex());
            default -> {
                // Of other things than the record.
            }
        }
        return Optional.empty();
    }
}
