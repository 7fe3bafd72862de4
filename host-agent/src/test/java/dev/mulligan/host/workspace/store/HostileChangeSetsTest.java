package dev.mulligan.host.workspace.store;

import static dev.mulligan.host.workspace.store.ChangesFixture.ACTOR;
import static dev.mulligan.host.workspace.store.ChangesFixture.TASK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.store.MemoryDirectory;
import dev.mulligan.host.workspace.FolderManifest;
import dev.mulligan.host.workspace.Trees;
import dev.mulligan.host.workspace.apply.ApplyOutcome;
import dev.mulligan.host.workspace.change.ChangeLimits;
import dev.mulligan.host.workspace.change.Selection;
import dev.mulligan.host.workspace.folder.OpenDirectories;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Change sets that mean harm: whatever they say, nothing outside the folder changes, and the folder is as it was or as
 * it was asked for. Each is tried with openat2(2) and without.
 */
@SuppressWarnings("NullAway.Init") // Set by JUnit.
final class HostileChangeSetsTest {
    private static final ChangesConfig CONFIG =
            new ChangesConfig(new ChangeLimits(1_000, 1 << 20, 1 << 20), ChangesConfig.DEFAULT.retention());

    @TempDir(factory = MemoryDirectory.class)
    private Path directory;

    static Stream<Attack> attacks() {
        return Stream.of(Attacks.onTheStream(), Attacks.onContent(), Attacks.byKind(), Attacks.onTheFolder())
                .flatMap(List::stream);
    }

    /** Change sets alone; hostile paths are {@link HostilePathsTest}'s, and come on top. */
    @Test
    void thereAreAtLeastSixty() {
        assertThat(attacks().count()).isGreaterThanOrEqualTo(60);
        assertThat(attacks().map(Attack::name)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void nothingOutsideChanges(Attack attack) throws IOException {
        run(attack, OpenDirectories.ofLinux());
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void norWithoutOpenat2(Attack attack) throws IOException {
        run(attack, OpenDirectories.stepByStep());
    }

    private void run(Attack attack, OpenDirectories directories) throws IOException {
        try (ChangesFixture changes = ChangesFixture.in(directory, CONFIG, directories)) {
            Attacks.furnish(changes);
            FolderManifest manifest = changes.pack();
            attack.before().run(changes);
            Map<String, String> outside = Trees.snapshot(changes.outside);
            switch (attack.end()) {
                case SET_REFUSED -> {
                    Map<String, String> before = Trees.snapshot(changes.folder);
                    assertThatThrownBy(() -> record(changes, manifest, attack))
                            .isInstanceOfSatisfying(
                                    HostException.class,
                                    refused -> assertThat(refused.code())
                                            .isIn(
                                                    HostErrorCode.GUEST_MISBEHAVED,
                                                    HostErrorCode.CHANGES_LIMIT,
                                                    HostErrorCode.BAD_PATH,
                                                    HostErrorCode.STORE_UNAVAILABLE));
                    assertThat(changes.sets.ofTask(TASK)).isEmpty();
                    assertThat(Trees.snapshot(changes.folder)).isEqualTo(before);
                }
                case PATH_REFUSED -> {
                    Map<String, String> before = Trees.content(changes.folder);
                    ChangeSetId id = record(changes, manifest, attack);
                    assertThat(changes.sets.get(id).refusals()).isNotEmpty();
                    changes.apply(id, Selection.ALL);
                    assertThat(Trees.content(changes.folder)).isEqualTo(before);
                }
                case CONFLICT -> {
                    ChangeSetId id = record(changes, manifest, attack);
                    Map<String, String> before = Trees.snapshot(changes.folder);
                    assertThat(changes.apply(id, Selection.ALL)).isInstanceOf(ApplyOutcome.Conflicted.class);
                    assertThat(Trees.snapshot(changes.folder)).isEqualTo(before);
                }
                case APPLIED -> {
                    ChangeSetId id = record(changes, manifest, attack);
                    Map<String, String> before = Trees.snapshot(changes.folder);
                    long apply = changes.applyAll(id);
                    attack.asked().run(changes);
                    assertThat(Trees.snapshot(changes.outside)).isEqualTo(outside);
                    changes.undo(apply);
                    assertThat(Trees.snapshot(changes.folder)).isEqualTo(before);
                }
            }
            assertThat(Trees.snapshot(changes.outside)).isEqualTo(outside);
            assertThat(Trees.content(changes.folder).keySet()).noneMatch(name -> name.startsWith(".mulligan-"));
        }
    }

    private static ChangeSetId record(ChangesFixture changes, FolderManifest manifest, Attack attack) {
        return changes.sets.record(
                TASK,
                changes.folder,
                manifest,
                attack.entries().iterator(),
                attack.content(),
                ChangesFixture.ALL_ASK,
                ACTOR);
    }
}
