package dev.mulligan.host.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.mulligan.host.scope.Access;
import dev.mulligan.host.scope.ApplyMode;
import dev.mulligan.host.scope.Condition;
import dev.mulligan.host.scope.Effect;
import dev.mulligan.host.scope.Folder;
import dev.mulligan.host.scope.Limits;
import dev.mulligan.host.scope.Rule;
import dev.mulligan.host.scope.Scope;
import dev.mulligan.host.scope.Tool;
import dev.mulligan.host.workspace.FolderEntry;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.Sha256;
import dev.mulligan.host.workspace.change.Change;
import dev.mulligan.vm.DataSize;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What rules about paths say about renames, and about candidates. */
final class ScopedChangesTest {
    private static final FolderEntry.File FILE =
            new FolderEntry.File(0644, 1, Instant.EPOCH, Sha256.of(ByteString.copyFromUtf8("x")));

    private static Effect decided(String from, String path) {
        return decided(false, from, path);
    }

    private static Effect decided(boolean candidate, String from, String path) {
        Scope scope = new Scope(
                Optional.empty(),
                EnumSet.noneOf(Tool.class),
                false,
                List.of(new Folder("/srv/reports", "/workspace/reports", Access.WRITE, List.of())),
                Limits.DEFAULT,
                List.of(new Rule(Condition.of("change.path.endsWith('.key')"), Effect.DENY, "keys")),
                Optional.of(ApplyMode.AUTO),
                Optional.empty(),
                Optional.empty(),
                List.of());
        return new ScopedChanges(scope.resolve(DataSize.ofGibibytes(1), 1), Path.of("/srv/reports"), candidate)
                .decide(new Change.Renamed(RelativePath.of(from), RelativePath.of(path), FILE, FILE))
                .effect();
    }

    @Test
    void aRuleAboutAPathSeesARenameFromItToo() {
        assertThat(decided("id.txt", "id.md")).isEqualTo(Effect.ALLOW);
        assertThat(decided("id.txt", "id.key")).isEqualTo(Effect.DENY);
        assertThat(decided("id.key", "id.txt")).isEqualTo(Effect.DENY);
    }

    @Test
    void whatACandidateMayDoWaitsAndWhatItMayNotStaysDenied() {
        assertThat(decided(true, "id.txt", "id.md")).isEqualTo(Effect.ASK);
        assertThat(decided(true, "id.txt", "id.key")).isEqualTo(Effect.DENY);
    }
}
