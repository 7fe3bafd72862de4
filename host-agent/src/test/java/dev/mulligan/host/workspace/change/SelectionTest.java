package dev.mulligan.host.workspace.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.mulligan.host.HostException;
import dev.mulligan.host.workspace.FakeTask;
import dev.mulligan.host.workspace.FolderEntry;
import dev.mulligan.host.workspace.FolderManifest;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.Sha256;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Choosing changes by path and by glob. */
final class SelectionTest {
    @ParameterizedTest
    @CsvSource({
        "a.txt, a.txt, true",
        "a.txt, b/a.txt, false",
        "a, a/b/c, true",
        "a/, a/b, true",
        "a, ab, false",
        "*.txt, a.txt, true",
        "*.txt, b/a.txt, false",
        "**/*.txt, a.txt, true",
        "**/*.txt, b/c/a.txt, true",
        "b/**, b/c/a.txt, true",
        "b/*, b/c/a.txt, true",
        "?.txt, \u00e9.txt, true",
        "?.txt, ab.txt, false",
        "[ab].txt, b.txt, true",
        "[!ab].txt, b.txt, false",
        "[a-c]x, bx, true",
        "a[b.txt, a[b.txt, true",
        "[x], [x], true",
        "a.c, abc, false",
        "(a|b), a, false",
        "src/*/x, src/y/x/z, true",
        "a\\x2a, a*, true",
        "a\\x2a, ab, false",
        "\\x5ba]*, [a]b, true",
        "\\x3f, a, false"
    })
    void patternsChoosePaths(String pattern, String path, boolean chosen) {
        assertThat(PathPattern.of(pattern).matches(RelativePath.of(path))).isEqualTo(chosen);
    }

    @Test
    void patternsAreRelative() {
        assertThatThrownBy(() -> PathPattern.of("/etc")).isInstanceOf(HostException.class);
        assertThatThrownBy(() -> PathPattern.of("")).isInstanceOf(HostException.class);
    }

    @Test
    void whatIsNewBringsItsDirectoriesAndNothingElse() {
        FakeTask task = new FakeTask().write("a/b/c", "c").write("a/b/d", "d").write("a/e", "e");
        List<Change> changes = ChangeSet.of(FolderManifest.EMPTY, task.entries().iterator(), ChangeLimits.DEFAULT)
                .changes();
        assertThat(Selection.of("a/b/c").from(changes))
                .extracting(change -> change.path().toString())
                .containsExactly("a", "a/b", "a/b/c");
    }

    @Test
    void whatStandsInTheWayOfADirectoryIsNotTakenAwayByChoosingWhatIsInIt() {
        FolderManifest folder = FolderManifest.of(Map.of(
                RelativePath.of("diary"),
                new FolderEntry.File(0644, 3, Instant.EPOCH, Sha256.of(ByteString.copyFromUtf8("mon")))));
        FakeTask task = new FakeTask().write("diary/new", "x");
        List<Change> changes = ChangeSet.of(folder, task.entries().iterator(), ChangeLimits.DEFAULT)
                .changes();
        assertThat(changes).hasSize(2);
        assertThat(Selection.exactly(List.of(RelativePath.of("diary/new"))).from(changes))
                .extracting(change -> change.path().toString())
                .containsExactly("diary/new");
    }

    @Test
    void exactlyIsNeitherAGlobNorWhatIsBelow() {
        FakeTask task = new FakeTask().write("**", "x").write("a/b", "b").write("c", "c");
        List<Change> changes = ChangeSet.of(FolderManifest.EMPTY, task.entries().iterator(), ChangeLimits.DEFAULT)
                .changes();
        assertThat(Selection.exactly(List.of(RelativePath.of("**"), RelativePath.of("a")))
                        .from(changes))
                .extracting(change -> change.path().toString())
                .containsExactly("**", "a");
        assertThatThrownBy(() -> Selection.exactly(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @Timeout(60)
    void manySinglePathsCostWhatTheyAre() {
        FakeTask task = new FakeTask();
        for (int number = 0; number < 50_000; number++) {
            task.write("f" + number, "x" + number);
        }
        List<Change> changes = ChangeSet.of(FolderManifest.EMPTY, task.entries().iterator(), ChangeLimits.DEFAULT)
                .changes();
        assertThat(Selection.exactly(changes.stream().map(Change::path).toList())
                        .from(changes))
                .hasSize(50_000);
    }

    @Test
    @Timeout(60)
    void deepPathsCostWhatTheyAre() {
        FakeTask task = new FakeTask();
        String deep = "d/".repeat(2_000);
        for (int number = 0; number < 20; number++) {
            task.write(deep + number, "x" + number);
        }
        ChangeSet set = ChangeSet.of(FolderManifest.EMPTY, task.reversed().iterator(), ChangeLimits.DEFAULT);
        assertThat(Selection.ALL.from(set.changes())).hasSize(2_020);
        assertThat(set.refusals()).isEmpty();
    }
}
