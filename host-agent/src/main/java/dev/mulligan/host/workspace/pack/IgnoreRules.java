package dev.mulligan.host.workspace.pack;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.ignore.FastIgnoreRule;
import org.eclipse.jgit.ignore.IgnoreNode;

/**
 * What of a folder does not travel: what the scope excludes, and what files named {@code .mulliganignore} say, in
 * gitignore(5)'s syntax and order: the last rule that matches in the file that is nearest decides. What the scope
 * excludes no such file brings back.
 */
final class IgnoreRules {
    /** In any folder; for that folder and those below. */
    static final String FILE = ".mulliganignore";

    private final IgnoreNode excludes;
    private final Optional<Level> nearest;

    private IgnoreRules(IgnoreNode excludes, Optional<Level> nearest) {
        this.excludes = excludes;
        this.nearest = nearest;
    }

    /** The rules of one file, those of the folders above, and how long the path of the file's folder is. */
    private record Level(IgnoreNode node, Optional<Level> above, int prefix) {}

    /** The scope's patterns; {@code INVALID_ARGUMENT} for one that is none. */
    static IgnoreRules excluding(List<String> patterns) {
        IgnoreNode node =
                new IgnoreNode(patterns.stream().map(IgnoreRules::rule).toList());
        return new IgnoreRules(node, Optional.empty());
    }

    private static FastIgnoreRule rule(String pattern) {
        FastIgnoreRule rule = new FastIgnoreRule(pattern);
        // One that is none, or a comment, matches nothing: nobody means that.
        if (rule.isEmpty()) {
            throw HostException.of(HostErrorCode.INVALID_ARGUMENT, "exclude pattern")
                    .value('"' + pattern + '"')
                    .expected("a pattern as in .gitignore")
                    .build();
        }
        return rule;
    }

    /**
     * These rules and those of another file.
     *
     * @param path of the file's folder, ending with a slash; empty for the top
     * @param text the file's content; a line that is no pattern matches nothing
     */
    IgnoreRules and(String path, byte[] text) {
        IgnoreNode node = new IgnoreNode();
        try {
            node.parse(new ByteArrayInputStream(text));
        } catch (IOException impossible) {
            throw new AssertionError("reading memory failed", impossible);
        }
        return new IgnoreRules(excludes, Optional.of(new Level(node, nearest, path.length())));
    }

    /** Whether something does not travel, and with a folder all that is in it. */
    boolean leaveOut(String path, boolean folder) {
        if (excludes.isIgnored(path, folder) == IgnoreNode.MatchResult.IGNORED) {
            return true;
        }
        for (Optional<Level> level = nearest;
                level.isPresent();
                level = level.get().above()) {
            String relative = path.substring(level.get().prefix());
            switch (level.get().node().isIgnored(relative, folder)) {
                case IGNORED -> {
                    return true;
                }
                case NOT_IGNORED -> {
                    return false;
                }
                case CHECK_PARENT, CHECK_PARENT_NEGATE_FIRST_MATCH -> {}
            }
        }
        return false;
    }
}
