package dev.mulligan.host.approval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.TaskId;
import dev.mulligan.host.scope.Tool;
import dev.mulligan.host.store.MemoryDirectory;
import dev.mulligan.host.store.SqliteStore;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** Approvals of a host agent that knew of calls only. */
final class EarlierApprovalsTest {
    private static final TaskId TASK = new TaskId("nightly");

    @Test
    void areTakenOverAsTheyWere(@TempDir(factory = MemoryDirectory.class) Path directory) {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + directory.resolve("journal.db"));
        Flyway.configure()
                .dataSource(source)
                .locations("classpath:db/migration")
                .target("6")
                .load()
                .migrate();
        String shown = "{\"approval\":\"ap-0000000007\",\"arguments\":\"{}\",\"call\":3,\"reason\":\"removes things\","
                + "\"root\":\"true\",\"rule\":\"scope.rules[0]\",\"sandbox\":\"sb-0000000001\",\"task\":\"nightly\","
                + "\"tool\":\"shell\",\"way_back\":\"c1\"}";
        Jdbi.create(source).useHandle(handle -> {
            insert(handle, 7, shown, null, 0);
            insert(
                    handle,
                    6,
                    shown.replace("ap-0000000007", "ap-0000000006"),
                    "{\"answer\":\"allow\",\"for_task\":true}",
                    1);
        });
        try (SqliteStore store = SqliteStore.openJournal(directory)) {
            StoredApprovals approvals =
                    new StoredApprovals(store, _ -> 1, InstantSource.system(), new Random(), new FakeChangeAnswers());
            approvals.takeUp();
            Approval open = approvals.pending(TASK).orElseThrow();
            assertThat(open.id()).isEqualTo(new ApprovalId("ap-0000000007"));
            assertThat(open.shown()).isEqualTo(shown);
            assertThat(open.expires()).contains(Instant.EPOCH);
            assertThat(open.question())
                    .isInstanceOfSatisfying(
                            CallQuestion.class,
                            call -> assertThat(List.of(call.call(), call.tool()))
                                    .isEqualTo(List.of(3, Tool.SHELL)));
            assertThat(approvals.allowance(TASK, "scope.rules[0]", Tool.SHELL))
                    .contains(new ApprovalId("ap-0000000006"));
            assertThat(approvals.list(Optional.of(TASK), false))
                    .extracting(Approval::id)
                    .extracting(ApprovalId::value)
                    .containsExactly("ap-0000000006", "ap-0000000007");
        }
    }

    private static void insert(Handle handle, int number, String shown, @Nullable String answer, int taken) {
        handle.execute(
                "INSERT INTO approval (ordinal, id, task, position, tool, rule, shown, asked, expires, answer, actor,"
                        + " decided, taken) VALUES (?, ?, 'nightly', 3, 'SHELL', 'scope.rules[0]', ?, ?, ?, ?, ?, ?, ?)",
                number,
                "ap-000000000" + number,
                shown,
                Instant.EPOCH.toString(),
                Instant.EPOCH.toString(),
                answer,
                answer == null ? null : "local:0",
                answer == null ? null : Instant.EPOCH.toString(),
                taken);
    }
}
