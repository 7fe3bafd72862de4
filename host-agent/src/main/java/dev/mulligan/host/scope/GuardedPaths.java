package dev.mulligan.host.scope;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Files of a folder that do something by being there, out of sight of who looks at results: what they say reaches
 * further than the folder's content. No rule lets them be changed unasked.
 */
final class GuardedPaths {
    /** The name in decisions. */
    static final String RULE = "guarded";

    /** What the next task is not shown; and what git runs when somebody uses the folder. */
    private static final Pattern GUARDED = Pattern.compile(
            "(?:^|.*/)(?:\\.mulliganignore|\\.git|\\.git/(?:.*/)?(?:hooks(?:/.*)?|config(?:\\.worktree)?))");

    private GuardedPaths() {}

    /** Empty: it is none of them. */
    static Optional<Ruling> ruling(ChangeFacts change) {
        boolean directory = change.type() == ChangeFacts.Type.DIRECTORY;
        return !directory && (isGuarded(change.path()) || isGuarded(change.from()))
                ? Optional.of(new Ruling(
                        Effect.ASK, RULE, "it decides what runs, or what the next task sees: a person is always asked"))
                : Optional.empty();
    }

    private static boolean isGuarded(String path) {
        return GUARDED.matcher(path).matches();
    }
}
