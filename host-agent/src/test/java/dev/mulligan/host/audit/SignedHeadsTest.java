package dev.mulligan.host.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.store.MemoryDirectory;
import dev.mulligan.host.store.SqliteStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The key, when it signs, and what it is worth against someone with the database in hand. */
class SignedHeadsTest {
    @TempDir(factory = MemoryDirectory.class)
    private Path directory;

    private AuditFixture audit;

    @BeforeEach
    void open() {
        audit = new AuditFixture(directory);
    }

    @AfterEach
    void close() {
        audit.close();
    }

    @Test
    void theKeyIsMadeOnceAndItsOwnersAlone() throws IOException {
        Path key = directory.resolve("audit.key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        assertThat(directory.resolve("audit.key.new")).doesNotExist();
        String before = Files.readString(key);
        audit.reopen();
        assertThat(Files.readString(key)).isEqualTo(before);
        assertThat(before).contains(audit.key().pem());
        assertThat(AuditKey.ofPem(audit.key().pem()).id()).isEqualTo(audit.key().id());
    }

    @Test
    void aKeyThatOthersCanReadOrThatIsNoneIsRefused() throws IOException {
        Path key = directory.resolve("audit.key");
        audit.close();
        for (String open : List.of("rw-r-----", "rw----r--", "rw--w----", "rw---x---")) {
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(open));
            assertRefused("chmod 600");
        }
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        String good = Files.readString(key);
        String otherPublic = SigningKey.make().shown().pem();
        for (String bad : List.of(
                "",
                "key",
                good.replaceFirst("M", "N"),
                good.substring(0, good.indexOf("-----BEGIN PUBLIC")) + otherPublic)) {
            Files.writeString(key, bad);
            assertRefused("put back a copy");
        }
        Files.writeString(key, good);
        audit = new AuditFixture(directory);
        assertThat(audit.log.reader().verify()).matches(AuditVerdict::whole);
    }

    private void assertRefused(String remedy) {
        try (SqliteStore store = SqliteStore.openJournal(directory)) {
            assertThatThrownBy(() -> StoredAuditLog.open(store, directory, InstantSource.system()))
                    .asInstanceOf(type(HostException.class))
                    .returns(HostErrorCode.BAD_CONFIG, HostException::code)
                    .satisfies(refused -> assertThat(refused.remedy()).contains(remedy));
        }
    }

    @Test
    void signsAtTheEndOfATaskAtOnceAndElseWhenTold() {
        audit.fill(2);
        assertSigned(0);
        audit.log.append(AuditEvent.of("task.ended", Actor.HOST));
        assertSigned(3);
        audit.fill(1);
        assertSigned(3);
        audit.log.sign();
        assertSigned(4);
        audit.fill(1);
        audit.reopen();
        assertSigned(5);
    }

    @Test
    void signsSomeTimeAfterAnEntryAndThenIsQuiet() {
        try (HeadSigning signing = HeadSigning.start(audit.log, Duration.ofMillis(1))) {
            assertThat(signing).isNotNull();
            audit.fill(3);
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (audit.log.signed().sequence() < 3 && System.nanoTime() < deadline) {
                LockSupport.parkNanos(1_000_000);
            }
        }
        assertSigned(3);
        assertThat(count("audit_head")).isBetween(2L, 4L);
    }

    @Test
    void whatAKillLeftUnsignedTheNextStartSigns() {
        audit.fill(3);
        audit.restartAfterKill(UnaryOperator.identity());
        assertSigned(3);
    }

    @Test
    void aLostKeyIsReplacedAndTheRecordSaysSo() throws IOException {
        audit.fill(2);
        String before = audit.key().id();
        audit.close();
        Files.delete(directory.resolve("audit.key"));
        audit = new AuditFixture(directory);
        String after = audit.key().id();
        assertThat(after).isNotEqualTo(before);
        assertThat(audit.query(AuditQuery.ALL).getLast().event())
                .returns(StoredAuditLog.KEY_REPLACED, AuditEvent::kind)
                .satisfies(event ->
                        assertThat(event.details()).containsEntry("key", after).containsEntry("replaces", before));
        audit.fill(1);
        audit.reopen();
        assertThat(audit.log.reader().verify().flaw()).isEmpty();
        assertSigned(4);
        assertThat(audit.verify(audit.export(Optional.empty()))).matches(AuditVerdict::whole);
    }

    @Test
    void aStartThatWasCutOffLeavesOneKey() throws IOException {
        // Signed with its draft, and killed before that was put in its place.
        audit.close();
        Files.move(directory.resolve("audit.key"), directory.resolve("audit.key.new"));
        audit = new AuditFixture(directory);
        assertThat(audit.query(AuditQuery.ALL)).isEmpty();
        // Half a draft never signed.
        audit.close();
        Files.write(directory.resolve("audit.key.new"), new byte[10]);
        Files.setPosixFilePermissions(directory.resolve("audit.key.new"), PosixFilePermissions.fromString("rw-------"));
        audit = new AuditFixture(directory);
        assertThat(audit.log.reader().verify()).matches(AuditVerdict::whole);
    }

    @Test
    void aRecordFromBeforeThereWereKeysIsSignedAndWhole() throws IOException {
        audit.fill(3);
        audit.tamper("DELETE FROM audit_head");
        audit.log.close();
        audit.tamper("DELETE FROM audit_head");
        Files.delete(directory.resolve("audit.key"));
        audit.restartAfterKill(UnaryOperator.identity());
        assertThat(audit.log.reader().verify().flaw()).isEmpty();
        assertSigned(3);
    }

    /** All hashes fit, the head that is kept apart was made to fit: without the key it shows. */
    @Test
    void aWholeRecordThatWasForgedIsFound() throws IOException {
        audit.fill(5);
        audit.log.sign();
        rewrite(3);
        assertFlaw(5, "rewritten");
        audit.restartAfterKill(UnaryOperator.identity());
        assertFlaw(5, "rewritten");
        assertThat(audit.query(AuditQuery.ALL).getLast().event().kind()).isEqualTo(StoredAuditLog.DAMAGED);
    }

    @Test
    void aForgerWhoSignsWithAKeyOfHisOwnIsFound() throws IOException {
        audit.fill(5);
        audit.log.sign();
        SigningKey own = SigningKey.make();
        HeadFile.Head head = rewrite(3);
        SignedHead forged = SignedHead.sign(head, AuditFixture.START, own);
        audit.tamper("DELETE FROM audit_head WHERE sequence = 5");
        audit.store.write(handle -> {
            HeadRows.insert(handle, forged);
            return forged;
        });
        assertFlaw(5, "forged: its head is signed by a key that no entry announces");
        audit.tamper("DELETE FROM audit_head WHERE sequence = 0");
        assertFlaw(5, "forged: its head is signed by another key than this host's");
    }

    @Test
    void signedHeadsThatAreGoneOrChangedAreMissed() {
        audit.fill(5);
        audit.log.sign();
        audit.tamper("UPDATE audit_head SET time = '2030-01-01T00:00:00.000000Z' WHERE sequence = 5");
        assertFlaw(5, "forged: the signature");
        audit.tamper("UPDATE audit_head SET public_key = 'x' WHERE sequence = 5");
        assertFlaw(5, "forged: the signature");
        audit.tamper("DELETE FROM audit_head WHERE sequence = 5");
        assertFlaw(5, "unsigned");
        audit.tamper("DELETE FROM audit_head");
        assertFlaw(5, "unsigned");
        audit.restartAfterKill(UnaryOperator.identity());
        assertFlaw(6, "unsigned");
    }

    @Test
    void whoCutsTheEndUnderARunningHostAgentIsNoted() {
        audit.fill(5);
        audit.tamper("DELETE FROM audit WHERE sequence > 3");
        audit.fill(1);
        assertFlaw(4, "truncated: entries 4 to 5");
        audit.log.append(AuditEvent.of("task.ended", Actor.HOST));
        audit.reopen();
        assertFlaw(4, "truncated: entries 4 to 5");
    }

    @Test
    void theDatabaseItselfRefusesToChangeSignedHeads() {
        audit.fill(2);
        audit.log.sign();
        for (String attack : List.of(
                "UPDATE audit_head SET hash = ''",
                "DELETE FROM audit_head",
                "INSERT OR REPLACE INTO audit_head VALUES (2, '', '', '', '')",
                "INSERT INTO audit_moved VALUES (1, 'no hash of an entry')",
                "INSERT INTO audit_moved SELECT sequence, hash FROM audit WHERE sequence = 2")) {
            assertThatThrownBy(() -> audit.store.write(handle -> handle.execute(attack)))
                    .as(attack)
                    .asInstanceOf(type(HostException.class))
                    .satisfies(refused -> assertThat(refused.value()).contains("append-only"));
        }
        assertThat(audit.log.reader().verify()).matches(AuditVerdict::whole);
    }

    /** As somebody would who knows how it is chained. */
    private HeadFile.Head rewrite(long from) throws IOException {
        audit.tamper("UPDATE audit SET entry = replace(entry, 'local:0', 'local:7') WHERE sequence = " + from);
        HeadFile.Head head = audit.store.read(
                handle -> AuditRows.at(handle, from - 1).orElseThrow().head());
        for (AuditRows.Row row : audit.store.read(handle -> AuditRows.matching(handle, AuditQuery.ALL, from - 1))) {
            EntryHash hash = EntryHash.of(EntryFormat.link(row.sequence(), EntryHash.of(row.entry()), head.hash()));
            audit.tamper("UPDATE audit SET previous_hash = '" + head.hash() + "', hash = '" + hash
                    + "' WHERE sequence = " + row.sequence());
            head = new HeadFile.Head(row.sequence(), hash);
        }
        try (HeadFile file = HeadFile.open(directory.resolve("audit.head"))) {
            file.write(head);
        }
        return head;
    }

    private long count(String table) {
        return audit.store.read(handle -> handle.createQuery("SELECT count(*) FROM " + table)
                .mapTo(Long.class)
                .one());
    }

    private void assertSigned(long sequence) {
        assertThat(audit.log.reader().verify()).satisfies(verdict -> {
            assertThat(verdict.flaw()).isEmpty();
            assertThat(verdict.signed())
                    .contains(new AuditVerdict.Signed(sequence, audit.key().id()));
        });
    }

    private void assertFlaw(long sequence, String problem) {
        assertThat(audit.log.reader().verify().flaw()).hasValueSatisfying(flaw -> {
            assertThat(flaw.problem()).startsWith(problem);
            assertThat(flaw.sequence()).isEqualTo(sequence);
        });
    }
}
