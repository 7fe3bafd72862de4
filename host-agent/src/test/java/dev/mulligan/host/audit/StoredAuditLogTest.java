package dev.mulligan.host.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.ThreadName;
import dev.mulligan.host.store.MemoryDirectory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredAuditLogTest {
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
    void countsFromOneAndChainsEachEntryToTheOneBefore() {
        audit.fill(3);
        List<AuditEntry> entries = audit.query(AuditQuery.ALL);
        assertThat(entries).extracting(AuditEntry::sequence).containsExactly(1L, 2L, 3L);
        assertThat(entries.get(0).previousHash()).isEqualTo(EntryHash.NONE);
        assertThat(entries.get(1).previousHash()).isEqualTo(entries.get(0).hash());
        assertThat(entries.get(2).previousHash()).isEqualTo(entries.get(1).hash());
    }

    /** Ctrl-C in one client interrupts its call's thread, which may have something to record. */
    @Test
    void anInterruptedThreadCanRecordAndSpoilsItForNobody() {
        Thread.currentThread().interrupt();
        audit.log.append(AuditEvent.of("image.build_failed", Actor.HOST));
        assertThat(Thread.interrupted()).isTrue();
        audit.log.append(AuditEvent.of("host.stopping", Actor.HOST));
        assertThat(audit.query(AuditQuery.ALL)).hasSize(2);
    }

    @Test
    void anEntryReadsBackAsItWasWritten() {
        AuditEvent event = AuditEvent.of("call.decided", new Actor("token:phone"))
                .withTask(AuditFixture.TASK)
                .withSandbox(AuditFixture.SANDBOX)
                .withDecision("python", "allow", "scope.tools")
                .withDetails(Map.of("digest", "abc", "text", "ü\n\"\\ 😀 \u0001"));
        audit.log.append(event);
        assertThat(audit.query(AuditQuery.ALL)).singleElement().satisfies(entry -> {
            assertThat(entry.event()).isEqualTo(event);
            assertThat(entry.time()).isEqualTo(AuditFixture.START);
        });
    }

    @Test
    void goesOnWhereItStoodAfterAReopen() {
        audit.fill(2);
        audit.reopen();
        audit.fill(1);
        assertThat(audit.query(AuditQuery.ALL)).extracting(AuditEntry::sequence).containsExactly(1L, 2L, 3L);
        assertThat(audit.log.reader().verify()).matches(AuditVerdict::whole);
    }

    @Test
    void brokenUnicodeAndLongTextAreMadeHarmless() {
        audit.log.append(
                AuditEvent.of("x", Actor.HOST).withDetails(Map.of("lone", "\ud800", "long", "a".repeat(10_000))));
        assertThat(audit.query(AuditQuery.ALL)).singleElement().satisfies(entry -> {
            assertThat(entry.event().details()).containsEntry("lone", "?");
            assertThat(entry.event().details().get("long")).hasSize(EntryFormat.LONGEST_TEXT + 1);
        });
        assertThat(audit.log.reader().verify()).matches(AuditVerdict::whole);
    }

    @Test
    void findsByTaskSandboxKindDecisionAndTime() {
        audit.fill(8);
        audit.log.append(AuditEvent.of("task.ended", Actor.HOST));
        assertThat(sequences(AuditQuery.ofTask(AuditFixture.OTHER))).containsExactly(2L, 4L, 6L, 8L);
        AuditQuery all = AuditQuery.ALL;
        assertThat(sequences(new AuditQuery(
                        all.task(),
                        Optional.of(AuditFixture.SANDBOX),
                        Optional.of("call.decided"),
                        Optional.of("deny"),
                        Optional.of("shell"),
                        all.path(),
                        all.since(),
                        all.until(),
                        all.limit())))
                .containsExactly(1L, 5L);
        assertThat(sequences(new AuditQuery(
                        all.task(),
                        all.sandbox(),
                        Optional.of("task.ended"),
                        all.decision(),
                        all.tool(),
                        all.path(),
                        all.since(),
                        all.until(),
                        all.limit())))
                .containsExactly(9L);
        assertThat(sequences(new AuditQuery(
                        all.task(),
                        all.sandbox(),
                        all.kind(),
                        all.decision(),
                        all.tool(),
                        all.path(),
                        Optional.of(AuditFixture.START.plusSeconds(2)),
                        Optional.of(AuditFixture.START.plusSeconds(6)),
                        OptionalLong.of(3))))
                .containsExactly(3L, 4L, 5L);
    }

    /** Written by an older Mulligan, or about a task of no thread: their hashes must stay what they are. */
    @Test
    void anEntryNamesItsThreadOnlyIfItHasOneAndIsFoundByIt() {
        AuditEvent event = AuditEvent.of("task.dispatched", Actor.HOST).withTask(AuditFixture.TASK);
        audit.log.append(event);
        audit.log.append(event.withThread(new ThreadName("tidy")));
        assertThat(EntryFormat.entry(AuditFixture.START, event))
                .isEqualTo(
                        "{\"actor\":\"host\",\"decision\":\"\",\"details\":{},\"kind\":\"task.dispatched\",\"rule\":\"\","
                                + "\"sandbox_id\":\"\",\"task_id\":\"" + AuditFixture.TASK + "\",\"time\":\""
                                + EntryFormat.time(AuditFixture.START) + "\",\"tool\":\"\"}");
        assertThat(EntryFormat.entry(AuditFixture.START, event.withThread(new ThreadName("tidy"))))
                .contains("\"task_id\":\"" + AuditFixture.TASK + "\",\"thread\":\"tidy\",\"time\"");
        assertThat(audit.query(AuditQuery.ALL.ofThread(new ThreadName("tidy"))))
                .singleElement()
                .satisfies(entry -> assertThat(entry.event().thread()).contains(new ThreadName("tidy")));
        assertThat(audit.query(AuditQuery.ALL.ofThread(new ThreadName("other"))))
                .isEmpty();
        audit.reopen();
        assertThat(audit.log.reader().verify()).matches(AuditVerdict::whole);
    }

    @Test
    void whatThreadATaskIsOfIsInEveryEntryAboutItOrNothingIsWritten() {
        ThreadedAuditLog threaded = new ThreadedAuditLog(audit.log, task -> {
            if (task.equals(AuditFixture.OTHER)) {
                throw new IllegalStateException("no space");
            }
            return Optional.of(new ThreadName("tidy"));
        });
        threaded.append(AuditEvent.of("call.decided", Actor.HOST).withTask(AuditFixture.TASK));
        threaded.append(AuditEvent.of("host.started", Actor.HOST));
        assertThatThrownBy(() -> threaded.append(AuditEvent.of("x", Actor.HOST).withTask(AuditFixture.OTHER)))
                .isInstanceOfSatisfying(
                        HostException.class,
                        failed -> assertThat(failed.code()).isEqualTo(HostErrorCode.AUDIT_UNAVAILABLE));
        assertThat(audit.query(AuditQuery.ALL))
                .extracting(entry -> entry.event().thread())
                .containsExactly(Optional.of(new ThreadName("tidy")), Optional.empty());
    }

    @Test
    void findsByPath() {
        for (Map<String, String> details : List.of(
                Map.of("path", "/a/b"),
                Map.of("path", "/a/b/c"),
                Map.of("path", "/a/bc"),
                Map.of("source", "/x", "target", "/a/b"),
                Map.of("paths", "/y, /a/b/c, /z"),
                Map.of("paths", "/y, /a/bc"),
                Map.of("label", "/a/b"),
                Map.of("path", "/A/b"))) {
            audit.log.append(AuditEvent.of("x", Actor.HOST).withDetails(details));
        }
        AuditQuery all = AuditQuery.ALL;
        assertThat(sequences(new AuditQuery(
                        all.task(),
                        all.sandbox(),
                        all.kind(),
                        all.decision(),
                        all.tool(),
                        Optional.of("/a/b"),
                        all.since(),
                        all.until(),
                        all.limit())))
                .containsExactly(1L, 2L, 4L, 5L);
    }

    @Test
    void readsMoreThanAPage() {
        audit.fill(AuditRows.PAGE + 3);
        assertThat(sequences(AuditQuery.ALL)).hasSize(AuditRows.PAGE + 3).isSorted();
        assertThat(audit.log.reader().verify())
                .returns(AuditRows.PAGE + 3L, AuditVerdict::entries)
                .matches(AuditVerdict::whole);
    }

    @Test
    void followSeesWhatIsAppendedLaterAndEndsByInterrupt() throws InterruptedException {
        audit.fill(2);
        BlockingQueue<Long> seen = new LinkedBlockingQueue<>();
        Thread follower = Thread.ofVirtual().start(() -> {
            try {
                audit.log.reader().follow(AuditQuery.ofTask(AuditFixture.TASK), entry -> seen.add(entry.sequence()));
            } catch (InterruptedException asPromised) {
                seen.add(-1L);
            }
        });
        assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo(1);
        audit.fill(2);
        assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo(3);
        follower.interrupt();
        assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo(-1);
        assertThat(follower.join(Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void manyWritersMakeOneChain() throws InterruptedException {
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            writers.add(Thread.ofVirtual().start(() -> audit.fill(20)));
        }
        for (Thread writer : writers) {
            assertThat(writer.join(Duration.ofSeconds(60))).isTrue();
        }
        assertThat(audit.log.reader().verify())
                .returns(160L, AuditVerdict::entries)
                .matches(AuditVerdict::whole);
    }

    @Test
    void theDatabaseItselfRefusesToChangeDeleteReplaceOrSkip() {
        audit.fill(3);
        for (String attack : List.of(
                "UPDATE audit SET entry = '{}' WHERE sequence = 2",
                "DELETE FROM audit WHERE sequence = 3",
                "INSERT OR REPLACE INTO audit (sequence, entry, previous_hash, hash) VALUES (2, '{}', '', '')",
                "INSERT INTO audit (sequence, entry, previous_hash, hash) VALUES (9, '{}', '', '')",
                "INSERT INTO audit (sequence, entry, previous_hash, hash) VALUES (0, '{}', '', '')")) {
            assertThatThrownBy(() -> audit.store.write(handle -> handle.execute(attack)))
                    .as(attack)
                    .asInstanceOf(type(HostException.class))
                    .satisfies(refused -> assertThat(refused.value()).contains("append-only"));
        }
        assertThat(audit.log.reader().verify())
                .returns(3L, AuditVerdict::entries)
                .matches(AuditVerdict::whole);
    }

    @Test
    void whatCannotBeMadeDurableIsAnError() {
        audit.fill(1);
        String pages = audit.store.write(handle ->
                handle.createQuery("PRAGMA page_count").mapTo(String.class).one());
        audit.store.write(handle -> handle.execute("PRAGMA max_page_count = " + pages));
        assertThatThrownBy(() -> audit.fill(1_000))
                .asInstanceOf(type(HostException.class))
                .returns(HostErrorCode.AUDIT_UNAVAILABLE, HostException::code);
        audit.store.write(handle -> handle.execute("PRAGMA max_page_count = 1000000"));
        audit.fill(1);
        assertThat(audit.log.reader().verify()).matches(AuditVerdict::whole);
    }

    private List<Long> sequences(AuditQuery query) {
        return audit.query(query).stream().map(AuditEntry::sequence).toList();
    }
}
