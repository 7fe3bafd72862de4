package dev.mulligan.host.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.audit.AuditVerdict.Flaw;
import dev.mulligan.host.store.MemoryDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each test is someone with the database in hand and the triggers out of the way. */
class AuditVerifyTest {
    @TempDir(factory = MemoryDirectory.class)
    private Path directory;

    private AuditFixture audit;

    @BeforeEach
    void fill() {
        audit = new AuditFixture(directory);
        audit.fill(9);
    }

    @AfterEach
    void close() {
        audit.close();
    }

    @Test
    void aWholeLogIsWholeAndNamesItsHead() {
        assertThat(audit.log.reader().verify()).satisfies(verdict -> {
            assertThat(verdict.flaw()).isEmpty();
            assertThat(verdict.entries()).isEqualTo(9);
            assertThat(verdict.head())
                    .isEqualTo(audit.query(AuditQuery.ALL).getLast().hash());
        });
    }

    @Test
    void findsAChangedEntry() {
        audit.tamper("UPDATE audit SET entry = replace(entry, 'deny', 'allow') WHERE sequence = 5");
        assertFlaw(5, "changed");
    }

    @Test
    void findsAChangedEntryWhoseOwnHashWasMadeToFit() {
        String entry = entryText(5).replace("deny", "allow");
        EntryHash previous = audit.query(AuditQuery.ALL).get(3).hash();
        EntryHash forged = EntryHash.of(EntryFormat.link(5, EntryHash.of(entry), previous));
        audit.tamper(
                "UPDATE audit SET entry = replace(entry, 'deny', 'allow'), hash = '" + forged + "' WHERE sequence = 5");
        assertFlaw(6, "changed");
    }

    @Test
    void findsAMissingEntry() {
        audit.tamper("DELETE FROM audit WHERE sequence = 4");
        assertFlaw(4, "missing");
    }

    @Test
    void findsAMissingBeginning() {
        audit.tamper("DELETE FROM audit WHERE sequence <= 3");
        assertFlaw(1, "missing");
    }

    @Test
    void findsADoubledEntry() {
        audit.tamper("INSERT INTO audit (sequence, entry, previous_hash, hash)"
                + " SELECT 10, entry, previous_hash, hash FROM audit WHERE sequence = 9");
        assertFlaw(10, "changed");
    }

    @Test
    void findsReorderedEntries() {
        audit.tamper(
                "UPDATE audit SET sequence = 100 WHERE sequence = 3",
                "UPDATE audit SET sequence = 3 WHERE sequence = 4",
                "UPDATE audit SET sequence = 4 WHERE sequence = 100");
        assertFlaw(3, "changed");
    }

    @Test
    void findsATruncatedEndByTheHeadThatIsKeptApart() {
        audit.tamper("DELETE FROM audit WHERE sequence >= 8");
        assertFlaw(8, "truncated");
    }

    @Test
    void aTruncatedEndStaysKnownWhenTheLogGoesOn() {
        audit.tamper("DELETE FROM audit WHERE sequence >= 8");
        audit.reopen();
        audit.fill(5);
        assertFlaw(8, "truncated");
    }

    @Test
    void findsALogThatWasEmptied() {
        audit.tamper("DELETE FROM audit");
        assertFlaw(1, "truncated");
    }

    @Test
    void findsAForgedEndWhoseHashesFit() {
        AuditEntry last = audit.query(AuditQuery.ALL).getLast();
        String forgedEntry = entryText(9).replace("\"actor\":\"local:0\"", "\"actor\":\"local:7\"");
        EntryHash forged = EntryHash.of(EntryFormat.link(9, EntryHash.of(forgedEntry), last.previousHash()));
        audit.tamper("UPDATE audit SET entry = replace(entry, 'local:0', 'local:7'), hash = '" + forged
                + "' WHERE sequence = 9");
        assertFlaw(10, "rewritten");
    }

    @Test
    void missesItsHeadFile() throws IOException {
        Files.delete(directory.resolve("audit.head"));
        assertFlaw(10, "truncated, perhaps");
        audit.reopen();
        assertFlaw(10, "truncated, perhaps");
    }

    @Test
    void aCrashAfterTheVeryFirstEntryIsNoTruncation() throws IOException {
        Path fresh = Files.createDirectory(directory.resolve("fresh"));
        try (AuditFixture first = new AuditFixture(fresh)) {
            byte[] before = Files.readAllBytes(fresh.resolve("audit.head"));
            first.fill(1);
            Files.write(fresh.resolve("audit.head"), before);
            first.reopen();
            assertThat(first.log.reader().verify()).matches(AuditVerdict::whole).returns(1L, AuditVerdict::entries);
        }
    }

    @Test
    void aHeadThatLagsBehindAfterACrashIsFine() throws IOException {
        byte[] before = Files.readAllBytes(directory.resolve("audit.head"));
        audit.fill(1);
        audit.close();
        Files.write(directory.resolve("audit.head"), before);
        audit = new AuditFixture(directory);
        assertThat(audit.log.reader().verify()).matches(AuditVerdict::whole).returns(10L, AuditVerdict::entries);
    }

    private void assertFlaw(long sequence, String problem) {
        assertThat(audit.log.reader().verify().flaw()).hasValueSatisfying(flaw -> {
            assertThat(flaw).extracting(Flaw::problem).asString().startsWith(problem);
            assertThat(flaw.sequence()).isEqualTo(sequence);
        });
    }

    private String entryText(long sequence) {
        return audit.store.read(handle -> handle.createQuery("SELECT entry FROM audit WHERE sequence = ?")
                .bind(0, sequence)
                .mapTo(String.class)
                .one());
    }
}
