package dev.mulligan.host.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mulligan.proto.host.v1.RollbackResponse;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The benchmark against a host agent where everything succeeds at once; rows that need nobody else. */
final class BenchCommandTest {
    private final Path directory;
    private final Shell shell;
    private final FakeBenchHost host = new FakeBenchHost();

    BenchCommandTest(@TempDir Path directory) {
        this.directory = directory;
        this.shell = new Shell(directory.resolve("state"));
        shell.serve(host.services());
    }

    @AfterEach
    void close() {
        shell.close();
    }

    @Test
    void measuresAndLeavesNothing() throws IOException {
        assertThat(shell.run("bench", "--only", "rollback-path,fork-n", "--rounds", "2", "--output", "json"))
                .as(shell.errors())
                .isZero();

        JsonNode json = new ObjectMapper().readTree(shell.output());
        assertThat(json.at("/command").asText()).isEqualTo("./mulligan bench --only rollback-path,fork-n --rounds 2");
        assertThat(json.at("/rows/0/id").asText()).isEqualTo("rollback-path");
        assertThat(json.at("/rows/0/n").asInt()).isEqualTo(2);
        assertThat(json.at("/rows/0/pool").asText()).isEqualTo("none");
        assertThat(json.at("/rows/1/outcome").asText()).isEqualTo("left_out");
        assertThat(host.made).hasPositiveValue();
        assertNothingLeft();
    }

    @Test
    void aRowThatFailsDoesNotEndTheOthersAndFailsTheCommand() throws IOException {
        host.onRollback(responses ->
                responses.onError(FakeHost.error(Status.Code.ABORTED, "ROLLBACK_FAILED", "the disk is gone", "", "")));

        assertThat(shell.run("bench", "--only", "rollback-path,read-depth-1", "--rounds", "1"))
                .isEqualTo(1);

        // In the order of the rows, whatever the order of the words.
        assertThat(shell.output())
                .contains("| rollback-path |  |  | **FAILED**: ABORTED: the disk is gone")
                .containsPattern("\\| read-depth-1 \\| none \\| 1 \\| \\d");
        assertNothingLeft();
    }

    /** The disk decides who is faster; that the three are measured, and leave nothing, is what holds everywhere. */
    @Test
    void recordingIsMeasuredBesideADatabaseAndTheBareDisk() throws IOException {
        assertThat(shell.run("bench", "--only", "audit-append", "--rounds", "2", "--output", "json"))
                .isZero();
        JsonNode row = new ObjectMapper().readTree(shell.output()).at("/rows/0");
        assertThat(row.at("/id").asText()).isEqualTo("audit-append");
        assertThat(row.at("/n").asInt()).isEqualTo(2);
        assertThat(row.toString())
                .contains("SQLite INSERT")
                .contains("write and fdatasync")
                .contains("entries a second");
        assertNothingLeft();
    }

    @Test
    void foldersAreMeasuredAndGoAgain() throws IOException {
        assertThat(shell.run("bench", "--only", "pack-new,changes-10,apply-1000", "--rounds", "1", "--output", "json"))
                .as(shell.errors())
                .isZero();

        JsonNode rows = new ObjectMapper().readTree(shell.output()).at("/rows");
        assertThat(rows.findValuesAsText("id")).containsExactly("pack-new", "changes-10", "apply-1000");
        assertThat(rows.findValuesAsText("outcome")).containsOnly("measured");
        assertThat(rows.get(0).toString())
                .contains("the same without a folder")
                .contains("of that, packing and mounting")
                .contains("files a second");
        assertThat(rows.get(2).toString())
                .contains("copy, fsync and rename of each")
                .contains("undo of it")
                .contains("files a second");
        assertNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fresh-true-template", "burst-16-template"})
    void aMachineThatIsHandedOutTwiceFailsTheRow(String row) throws IOException {
        assertThat(shell.run("bench", "--only", row, "--rounds", "1"))
                .as(shell.output())
                .isZero();
        host.handOutOneMachineOnly();

        assertThat(shell.run("bench", "--only", row, "--rounds", "1")).isEqualTo(1);

        assertThat(shell.output())
                .contains("| " + row + " |  |  | **FAILED**: ")
                .contains("NOT FRESH: sandbox sb-");
        assertNothingLeft();
    }

    /** Else one could measure a folder that never arrived. */
    @Test
    void aFolderThatIsNotSeenFailsTheRow() throws IOException {
        host.tasks.printNothingOfFolders();

        assertThat(shell.run("bench", "--only", "pack-unchanged", "--rounds", "1"))
                .isEqualTo(1);

        assertThat(shell.output()).contains("| pack-unchanged |  |  | **FAILED**: file in the sandbox: other bytes");
        assertNothingLeft();
    }

    @Test
    void anInterruptEndsItAndLeavesNothing() throws Exception {
        host.onRollback(neverAnswered -> {});
        CompletableFuture<Integer> exitCode = shell.start("bench", "--only", "rollback-path");
        assertThat(host.rollbackCalled.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(host.sandboxes).isNotEmpty();

        shell.interrupt();

        assertThat(exitCode.get(20, TimeUnit.SECONDS)).isEqualTo(130);
        assertNothingLeft();
    }

    @Test
    void anInterruptPrintsWhatWasMeasured() throws Exception {
        CountDownLatch second = new CountDownLatch(1);
        AtomicInteger rollbacks = new AtomicInteger();
        // The warm-up and one round of the first row.
        host.onRollback(answer -> {
            if (rollbacks.incrementAndGet() <= 2) {
                answer.onNext(RollbackResponse.getDefaultInstance());
                answer.onCompleted();
            } else {
                second.countDown();
            }
        });
        CompletableFuture<Integer> exitCode =
                shell.start("bench", "--only", "rollback-path,rollback-machine", "--rounds", "1");
        assertThat(second.await(20, TimeUnit.SECONDS)).isTrue();

        shell.interrupt();

        assertThat(exitCode.get(20, TimeUnit.SECONDS)).isEqualTo(130);
        assertThat(shell.output()).contains("| rollback-path | ").contains("interrupted");
        assertNothingLeft();
    }

    @Test
    void saysWhatChanged() throws IOException {
        assertThat(shell.run("bench", "--only", "rollback-path", "--rounds", "1", "--output", "json"))
                .isZero();
        Path before = Files.writeString(directory.resolve("before.json"), shell.output());

        assertThat(shell.run("bench", "--only", "rollback-path", "--rounds", "1", "--compare", before.toString()))
                .isZero();

        assertThat(shell.output()).contains("Compared with the run of ").contains("| rollback-path | ");
    }

    @Test
    void whatIsWrongIsSaidBeforeAnythingIsDone() {
        assertThat(shell.run("bench", "--only", "exec-truth")).isEqualTo(2);
        assertThat(shell.errors()).contains("exec-truth").contains("exec-true, exec-python");
        assertThat(shell.run("bench", "--rounds", "0")).isEqualTo(2);
        assertThat(shell.errors()).contains("--rounds: 0 (expected: 1 to 1000)");
        assertThat(shell.run("bench", "--compare", directory.resolve("nowhere").toString()))
                .isEqualTo(3);
        assertThat(host.made).hasValue(0);
    }

    private void assertNothingLeft() throws IOException {
        assertThat(host.sandboxes).isEmpty();
        try (Stream<Path> entries = Files.list(shell.directories().state())) {
            assertThat(entries.map(Path::getFileName).map(Path::toString))
                    .isSubsetOf(List.of("run", "machines", "images", "workspaces", "log"));
        }
        try (Stream<Path> beside = Files.list(directory)) {
            assertThat(beside).noneMatch(path -> path.getFileName().toString().startsWith("mulligan-bench-"));
        }
    }
}
