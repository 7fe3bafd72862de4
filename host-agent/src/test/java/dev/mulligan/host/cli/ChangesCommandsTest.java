package dev.mulligan.host.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.proto.host.v1.ChangeSelection;
import dev.mulligan.proto.host.v1.ChangeSelection.Pick;
import dev.mulligan.proto.host.v1.Resolution;
import dev.mulligan.proto.host.v1.UndoChangesRequest;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** changes, apply, reject, undo. */
@Timeout(60)
final class ChangesCommandsTest {
    private final Shell shell;
    private final FakeChanges changes = new FakeChanges();

    ChangesCommandsTest(@TempDir Path directory) {
        this.shell = new Shell(directory.resolve("state"));
        shell.serve(changes);
    }

    @AfterEach
    void close() {
        shell.close();
    }

    private ChangeSelection applied() {
        return changes.applies.getLast().getSelection();
    }

    @Test
    void whatWasWrittenIsListedAndNothingOfItCanPose() {
        assertThat(shell.run("changes", "nightly")).isZero();
        assertThat(shell.output()).isEqualTo("""
                /srv/reports
                  - pending   gone  2 B → nothing (scope.rules[0]: removes things)
                  + applied   new\\x1b[31m  nothing → 2 B
                               could be taken for NEW
                  ~ pending   text  18 B → 23 B
                  ! refused   pipe  FIFO
                """);
        assertThat(shell.run("changes", "quiet")).isZero();
        assertThat(shell.output()).isEqualTo("nothing was written to a folder\n");
        assertThat(shell.run("changes", "nightly", "gone")).isZero();
        assertThat(shell.output()).isEqualTo("  - pending   gone  2 B → nothing (scope.rules[0]: removes things)\n");
    }

    @Test
    void textsAreShownLineByLine() {
        assertThat(shell.run("changes", "nightly", "--diff", "text")).isZero();
        assertThat(shell.output()).isEqualTo("""
                modify text  18 B → 23 B
                @@ -1 +1 @@
                -1
                +\\x1b[31mone
                @@ -9 +9 @@
                -9
                +nine
                """);
    }

    @Test
    void aVersionOfAFileIsWrittenAsItIs() {
        assertThat(shell.run("changes", "nightly", "text", "--content", "merged"))
                .as(shell.errors())
                .isZero();
        assertThat(shell.output()).isEqualTo("text MERGED\n");
        assertThat(shell.run("changes", "nightly", "--content", "task")).isEqualTo(2);
        assertThat(shell.run("changes", "nightly", "a", "--content", "newest")).isEqualTo(2);
        assertThat(shell.errors()).contains("task, packed or merged");
    }

    @Test
    void pathsAreAppliedAndTold() {
        assertThat(shell.run("apply", "nightly", "text", "notes/**")).isZero();
        assertThat(applied())
                .isEqualTo(ChangeSelection.newBuilder()
                        .addPaths("text")
                        .addPaths("notes/**")
                        .build());
        assertThat(shell.output()).isEqualTo("applied  /srv/reports/text\napplied  1000 more\n");
    }

    @Test
    void aConflictSaysWhatCanBeDone() {
        changes.conflict = true;
        assertThat(shell.run("apply", "nightly")).isEqualTo(1);
        assertThat(shell.output()).isEqualTo("conflict  /srv/reports/text: changed since\n");
        assertThat(shell.errors())
                .contains("mulligan apply nightly --merge 'text'")
                .contains("mulligan changes nightly 'text' --content merged")
                .contains("mulligan apply nightly --overwrite 'text'");
        changes.conflict = false;
        assertThat(shell.run("apply", "nightly", "--merge", "text", "--overwrite", "gone"))
                .isZero();
        assertThat(applied())
                .isEqualTo(ChangeSelection.newBuilder()
                        .addPaths("text")
                        .addPaths("gone")
                        .putResolutions("text", Resolution.MERGE)
                        .putResolutions("gone", Resolution.OVERWRITE)
                        .build());
        assertThat(shell.run("apply", "nightly", "--merge", "text", "--overwrite", "text"))
                .isNotZero();
    }

    @Test
    void anUndoThatMeetsAConflictSaysHowItIsDoneAllTheSame() {
        changes.conflict = true;
        assertThat(shell.run("undo", "nightly")).isEqualTo(1);
        assertThat(shell.errors())
                .endsWith(
                        "a folder was edited since; to take it back all the same:\n  mulligan undo nightly --force\n");
        assertThat(shell.run("undo", "nightly", "it's", "--redo")).isEqualTo(1);
        assertThat(shell.errors()).endsWith("  mulligan undo nightly 'it'\\''s' --redo --force\n");
        assertThat(shell.run("undo", "nightly", "it's", "--redo", "--force")).isZero();
        assertThat(shell.errors()).isEmpty();
    }

    @Test
    void hunkByHunk() {
        // Not the removal; of the text only the second.
        assertThat(shell.input("n\n?\nn\ny\n").run("apply", "nightly", "--hunks"))
                .as(shell.errors())
                .isZero();
        assertThat(shell.output())
                .contains("delete gone")
                .contains("a  take this and the rest of this file")
                .doesNotContain("create new");
        assertThat(applied())
                .isEqualTo(ChangeSelection.newBuilder()
                        .addPicks(pick("text").addHunks(2).setSeen("digest of text"))
                        .build());
        assertThat(shell.input("y\na\n").run("apply", "nightly", "--hunks")).isZero();
        assertThat(applied())
                .as("all hunks of a file are the file")
                .isEqualTo(ChangeSelection.newBuilder()
                        .addPicks(pick("gone"))
                        .addPicks(pick("text"))
                        .build());
    }

    private static Pick.Builder pick(String path) {
        return Pick.newBuilder().setChangeSetId("c1").setPath(path);
    }

    @Test
    void anAdviceIsFitToBePastedWhateverTheFileIsCalled() {
        changes.conflictAt = "a'; touch b; '*";
        changes.conflict = true;
        assertThat(shell.run("apply", "nightly")).isEqualTo(1);
        assertThat(shell.errors()).contains("--overwrite 'a'\\''; touch b; '\\''*'");
        changes.conflict = false;
        assertThat(shell.run("apply", "nightly", "--overwrite", "*")).isZero();
        assertThat(applied())
                .as("that file, no glob")
                .isEqualTo(ChangeSelection.newBuilder()
                        .addPaths("\\x2a")
                        .putResolutions("*", Resolution.OVERWRITE)
                        .build());
    }

    @Test
    void noTextCanPoseAsALineOfTheDiff() {
        changes.hunk = "@@ -1 +1 @@\n-1\n+# harmless\r import os\u0085 #\u2028+x\n";
        assertThat(shell.run("changes", "nightly", "--diff", "text")).isZero();
        assertThat(shell.output()).contains("+# harmless\\x0d import os\\x85 #\\u2028+x\n");
    }

    @Test
    void whatIsTooLongToBeShownIsSaidSo() {
        changes.leftOut = 7;
        assertThat(shell.run("changes", "nightly", "--diff", "text")).isZero();
        assertThat(shell.output()).contains("… 7 hunks, too long to be shown");
    }

    @Test
    void whoChoosesNothingOrLeavesAppliesNothing() {
        for (String answers : new String[] {"n\nd\n", "q\n", "", "y\nq\n"}) {
            int before = changes.applies.size();
            assertThat(shell.input(answers).run("apply", "nightly", "--hunks")).isZero();
            assertThat(changes.applies.size() - before).as(answers).isEqualTo(answers.startsWith("y") ? 1 : 0);
        }
        assertThat(applied().getPicksList())
                .as("what was chosen before q")
                .containsExactly(pick("gone").build());
        assertThat(shell.run("apply", "nightly", "--hunks", "--output", "json")).isNotZero();
    }

    @Test
    void rejectsAndUndoes() {
        assertThat(shell.run("reject", "nightly", "gone")).isZero();
        assertThat(shell.output()).isEqualTo("rejected  gone\n");
        assertThat(shell.run("reject", "nightly")).as("all is said so: '**'").isEqualTo(2);
        assertThat(shell.run("undo", "nightly", "text", "--force")).isZero();
        assertThat(shell.output()).isEqualTo("nothing was to be done\n");
        assertThat(shell.run("undo", "nightly", "--redo")).isZero();
        assertThat(changes.undos)
                .containsExactly(
                        UndoChangesRequest.newBuilder()
                                .setTaskId("nightly")
                                .addPaths("text")
                                .setForce(true)
                                .build(),
                        UndoChangesRequest.newBuilder()
                                .setTaskId("nightly")
                                .setRedo(true)
                                .build());
    }
}
