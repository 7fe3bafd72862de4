package dev.mulligan.host.workspace.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.mulligan.host.scope.Effect;
import dev.mulligan.host.scope.Ruling;
import dev.mulligan.host.workspace.FolderEntry;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.Sha256;
import dev.mulligan.host.workspace.change.Change;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ChangeRulingsTest {
    private static final FolderEntry.Directory DIRECTORY = new FolderEntry.Directory(0755, Instant.EPOCH);
    private static final FolderEntry.File FILE =
            new FolderEntry.File(0644, 1, Instant.EPOCH, Sha256.of(ByteString.copyFromUtf8("x")));

    private static final Ruling ALL_ELSE = new Ruling(Effect.ASK, "scope.apply", "a person decides");

    private static Change created(String path, FolderEntry entry) {
        return new Change.Created(RelativePath.of(path), entry);
    }

    private static Change deleted(String path, FolderEntry entry) {
        return new Change.Deleted(RelativePath.of(path), entry);
    }

    private static Ruling rule(Effect effect) {
        return new Ruling(effect, "scope.rules[0]", "because");
    }

    /** @param rules by path; of all else a person decides */
    private static List<String> rulings(Map<String, Effect> rules, Change... changes) {
        List<Change> ordered = Arrays.stream(changes)
                .sorted(Comparator.comparing(Change::path))
                .toList();
        ChangeRulings rulings = new ChangeRulings(
                ordered,
                change -> Optional.ofNullable(rules.get(change.path().toString()))
                        .map(ChangeRulingsTest::rule)
                        .orElse(ALL_ELSE));
        return ordered.stream()
                .map(change -> change.path() + " " + rulings.of(change).effect().label())
                .toList();
    }

    @Test
    void whatARuleSaysOfANewDirectoryHoldsForAllInIt() {
        assertThat(rulings(
                        Map.of("new", Effect.ASK, "new/in/file", Effect.ALLOW, "new/no", Effect.DENY),
                        created("new", DIRECTORY),
                        created("new/in", DIRECTORY),
                        created("new/in/file", FILE),
                        created("new/no", FILE)))
                .containsExactly("new ask", "new/in ask", "new/in/file ask", "new/no deny");
        assertThat(rulings(
                        Map.of("new", Effect.DENY, "new/file", Effect.ALLOW),
                        created("new", DIRECTORY),
                        created("new/file", FILE),
                        new Change.Renamed(RelativePath.of("old"), RelativePath.of("new/moved"), FILE, FILE)))
                .containsExactly("new deny", "new/file deny", "new/moved deny");
    }

    @Test
    void aNewDirectoryOfWhichNoRuleSpeaksIsInNobodysWay() {
        assertThat(rulings(Map.of("new/file", Effect.ALLOW), created("new", DIRECTORY), created("new/file", FILE)))
                .containsExactly("new ask", "new/file allow");
    }

    @Test
    void whatComesInThePlaceOfAFileWaitsForThatFileToGo() {
        assertThat(rulings(
                        Map.of("file/in", Effect.ALLOW),
                        new Change.Modified(RelativePath.of("file"), FILE, DIRECTORY),
                        created("file/in", FILE)))
                .containsExactly("file ask", "file/in ask");
    }

    @Test
    void aDirectoryGoesNoMoreFreelyThanWhatWasInIt() {
        assertThat(rulings(
                        Map.of("d", Effect.ALLOW, "d/e", Effect.ALLOW, "d/e/key", Effect.DENY, "d/x", Effect.ALLOW),
                        deleted("d", DIRECTORY),
                        deleted("d/e", DIRECTORY),
                        deleted("d/e/key", FILE),
                        deleted("d/x", FILE)))
                .containsExactly("d deny", "d/e deny", "d/e/key deny", "d/x allow");
        assertThat(rulings(
                        Map.of("d", Effect.ALLOW),
                        new Change.Modified(RelativePath.of("d"), DIRECTORY, FILE),
                        new Change.Renamed(RelativePath.of("d/x"), RelativePath.of("x"), FILE, FILE)))
                .containsExactly("d ask", "x ask");
    }
}
