package dev.mulligan.host.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.audit.AuditRotation.MovedOut;
import dev.mulligan.host.store.MemoryDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Old entries leave the record for a file; nothing is ever in neither. */
class RotationTest {
    private static final Actor ACTOR = new Actor("local:0");

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
    void oldEntriesGoIntoAFileThatProvesItselfAndTheChainGoesOn() throws IOException {
        String before = audit.export(Optional.empty());
        MovedOut moved = audit.rotation().moveOut(at(4), ACTOR).orElseThrow();
        assertThat(moved).returns(1L, MovedOut::first).returns(4L, MovedOut::last);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(moved.file())))
                .isEqualTo("rw-------");
        assertThat(Files.readString(moved.file()).lines().limit(4).toList())
                .isEqualTo(before.lines().limit(4).toList());
        assertThat(sequences()).containsExactly(5L, 6L, 7L, 8L, 9L, 10L);
        assertThat(audit.query(AuditQuery.ALL).getLast().event())
                .returns("audit.moved_out", AuditEvent::kind)
                .returns(ACTOR, AuditEvent::actor);
        audit.fill(1);
        assertWhole();
        audit.reopen();
        audit.fill(1);
        assertThat(sequences()).containsExactly(5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L);
        assertWhole();
    }

    @Test
    void filesAndTheRestAreOneChain() throws IOException {
        Path first = audit.rotation().moveOut(at(4), ACTOR).orElseThrow().file();
        Path second = audit.rotation().moveOut(at(7), ACTOR).orElseThrow().file();
        Path rest = Files.writeString(directory.resolve("rest.jsonl"), audit.export(Optional.empty()));
        assertThat(verify(first, second, rest))
                .matches(AuditVerdict::whole)
                .returns(audit.log.reader().verify().head(), AuditVerdict::head);
        assertThat(verify(first, rest).flaw())
                .hasValueSatisfying(
                        flaw -> assertThat(flaw.problem()).isEqualTo("missing: entries 5 to 7 are not there"));
        assertThat(verify(second, first).flaw())
                .hasValueSatisfying(flaw -> assertThat(flaw.problem()).startsWith("reordered"));
        assertThat(verify(first, first).flaw()).isPresent();
        assertThat(Stream.of(first, second).map(path -> path.getFileName().toString()))
                .containsExactly("audit-000000000001-000000000004.jsonl", "audit-000000000005-000000000007.jsonl");
    }

    @Test
    void halfATaskIsNotExportedAsIfItWereOne() throws IOException {
        TaskId late = new TaskId("late");
        audit.log.append(AuditEvent.of("task.dispatched", ACTOR).withTask(late));
        audit.log.append(AuditEvent.of("task.ended", ACTOR).withTask(late));
        assertThat(audit.rotation().moveOut(at(4), ACTOR)).isPresent();
        assertThat(audit.verify(audit.export(Optional.of(late)))).matches(AuditVerdict::whole);
        for (TaskId cut : List.of(AuditFixture.TASK, new TaskId("unknown"))) {
            assertThatThrownBy(() -> audit.export(Optional.of(cut)))
                    .asInstanceOf(type(HostException.class))
                    .returns(HostErrorCode.UNSUPPORTED, HostException::code)
                    .satisfies(refused -> assertThat(refused.remedy()).contains("up to 4"));
        }
    }

    @Test
    void theNewestStaysAndWhatIsNotOldIsLeft() {
        assertThat(audit.rotation().moveOut(AuditFixture.START, ACTOR)).isEmpty();
        assertThat(audit.rotation().moveOut(at(1000), ACTOR))
                .hasValueSatisfying(moved -> assertThat(moved.last()).isEqualTo(8));
        assertThat(sequences()).containsExactly(9L, 10L);
        assertThat(audit.rotation().moveOut(at(1000), ACTOR)).isPresent();
        assertThat(sequences()).containsExactly(10L, 11L);
        assertWhole();
        audit.reopen();
        assertWhole();
    }

    @Test
    void anEmptyRecordHasNothingOld() throws IOException {
        try (AuditFixture empty = new AuditFixture(Files.createDirectory(directory.resolve("empty")))) {
            assertThat(empty.rotation().moveOut(at(1000), ACTOR)).isEmpty();
        }
    }

    @Test
    void whatIsDamagedIsNotMovedOut() throws IOException {
        audit.tamper("UPDATE audit SET entry = replace(entry, 'deny', 'allow') WHERE sequence = 5");
        assertRefused();
        assertThat(sequences()).hasSize(9);
        assertFlaw(5, "changed");
        assertThat(Files.exists(directory.resolve("audit/audit.part"))).isFalse();
    }

    @Test
    void whoDeletesEntriesAndSaysThatTheyWereMovedIsFound() {
        audit.tamper(
                "INSERT INTO audit_moved SELECT sequence, hash FROM audit WHERE sequence = 4",
                "DELETE FROM audit WHERE sequence <= 4");
        assertFlaw(1, "missing: no entry says");
    }

    @Test
    void whereTheFileCannotBeWrittenNothingIsMoved() throws IOException {
        Files.writeString(directory.resolve("audit"), "in the way");
        assertRefused();
        assertThat(sequences()).hasSize(9);
        assertWhole();
    }

    /** Killed just before, or just after, the one transaction: all entries are in the record, or in the file. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aKillLosesNothing(boolean after) throws IOException {
        audit.reopen(store -> new CutOffStore(store, after));
        List<String> before = audit.export(Optional.empty()).lines().limit(9).toList();
        assertThatThrownBy(() -> audit.rotation().moveOut(at(4), ACTOR)).isInstanceOf(CutOffStore.Killed.class);
        audit.restartAfterKill(UnaryOperator.identity());
        assertThat(sequences())
                .containsExactlyElementsOf((after ? LongStream.rangeClosed(5, 10) : LongStream.rangeClosed(1, 9))
                        .boxed()
                        .toList());
        assertWhole();
        Path file = directory.resolve("audit/audit-000000000001-000000000004.jsonl");
        assertThat(verify(file)).matches(AuditVerdict::whole).returns(4L, AuditVerdict::sequence);

        // And it goes on, whatever was left.
        assertThat(audit.rotation().moveOut(at(6), ACTOR)).isPresent();
        assertWhole();
        List<String> everything = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory.resolve("audit"))) {
            for (Path moved : files.sorted().toList()) {
                everything.addAll(Files.readAllLines(moved));
            }
        }
        everything.addAll(audit.export(Optional.empty()).lines().toList());
        assertThat(everything).containsAll(before);
    }

    @Test
    void aFileThatAKillLeftHalfWrittenIsNoObstacle() throws IOException {
        Files.createDirectory(directory.resolve("audit"));
        Files.writeString(directory.resolve("audit/audit.part"), "{");
        assertThat(audit.rotation().moveOut(at(4), ACTOR)).isPresent();
        assertWhole();
    }

    /** The head file lags behind after a kill; what it names may have been moved out since. */
    @Test
    void aHeadFileThatLagsBehindWhatWasMovedOutIsNoFlaw() throws IOException {
        byte[] lagging = Files.readAllBytes(directory.resolve("audit.head"));
        assertThat(audit.rotation().moveOut(at(1000), ACTOR)).isPresent();
        assertThat(audit.rotation().moveOut(at(1000), ACTOR)).isPresent();
        audit.close();
        Files.write(directory.resolve("audit.head"), lagging);
        audit = new AuditFixture(directory);
        assertWhole();
    }

    /** When that entry was appended, or a moment after: the clock of the fixture ticks once for each. */
    private static Instant at(long entriesBefore) {
        return AuditFixture.START.plusSeconds(entriesBefore);
    }

    private void assertRefused() {
        assertThatThrownBy(() -> audit.rotation().moveOut(at(1000), ACTOR))
                .asInstanceOf(type(HostException.class))
                .returns(HostErrorCode.AUDIT_UNAVAILABLE, HostException::code);
    }

    private AuditVerdict verify(Path... files) throws IOException {
        Optional<AuditVerdict> before = Optional.empty();
        for (Path file : files) {
            try (InputStream export = Files.newInputStream(file)) {
                before = Optional.of(AuditExport.verify(export, Optional.of(audit.key()), before));
            }
            if (!before.get().whole()) {
                break;
            }
        }
        return before.orElseThrow();
    }

    private List<Long> sequences() {
        return audit.query(AuditQuery.ALL).stream().map(AuditEntry::sequence).toList();
    }

    private void assertWhole() {
        assertThat(audit.log.reader().verify().flaw()).isEmpty();
    }

    private void assertFlaw(long sequence, String problem) {
        assertThat(audit.log.reader().verify().flaw()).hasValueSatisfying(flaw -> {
            assertThat(flaw.problem()).startsWith(problem);
            assertThat(flaw.sequence()).isEqualTo(sequence);
        });
    }
}
