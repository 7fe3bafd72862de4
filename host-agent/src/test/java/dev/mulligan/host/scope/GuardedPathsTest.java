package dev.mulligan.host.scope;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.vm.DataSize;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no rule lets be changed unasked. */
final class GuardedPathsTest {
    private static final ResolvedScope SCOPE = Scopes.scope(
                    "{tools: [shell], apply: auto, folders: [{path: /srv/r, as: /w, access: write}],"
                            + " rules: [{when: 'change.path != \"\"', then: allow}]}")
            .resolve(DataSize.ofGibibytes(1), 2);

    private static Ruling ruling(String path, String from, ChangeFacts.Type type) {
        ChangeFacts.Kind kind = from.isEmpty() ? ChangeFacts.Kind.MODIFY : ChangeFacts.Kind.RENAME;
        return SCOPE.decide(new ChangeFacts(kind, path, from, type, 1, 0644));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/srv/r/.mulliganignore",
                "/srv/r/sub/.mulliganignore",
                "/srv/r/.git",
                "/srv/r/.git/config",
                "/srv/r/.git/config.worktree",
                "/srv/r/.git/hooks",
                "/srv/r/.git/hooks/pre-commit",
                "/srv/r/sub/.git/modules/m/hooks/post-checkout",
                "/srv/r/sub/.git/modules/m/config"
            })
    void aPersonIsAskedWhateverTheRulesSay(String path) {
        assertThat(ruling(path, "", ChangeFacts.Type.FILE))
                .returns(Effect.ASK, Ruling::effect)
                .returns("guarded", Ruling::rule);
        assertThat(ruling("/srv/r/x", path, ChangeFacts.Type.FILE).effect()).isEqualTo(Effect.ASK);
        assertThat(ruling(path, "", ChangeFacts.Type.LINK).effect()).isEqualTo(Effect.ASK);
        assertThat(ruling(path, "", ChangeFacts.Type.DIRECTORY).effect()).isEqualTo(Effect.ALLOW);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/srv/r/config",
                "/srv/r/hooks/x",
                "/srv/r/.git/objects/ab/cd",
                "/srv/r/.gitignore",
                "/srv/r/a.git"
            })
    void othersAreAsTheRulesSay(String path) {
        assertThat(ruling(path, "", ChangeFacts.Type.FILE).effect()).isEqualTo(Effect.ALLOW);
    }
}
