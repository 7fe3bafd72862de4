package dev.mulligan.host.workspace.change;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.workspace.RelativePath;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Chooses paths: one by its name with all that is below it, or many by a glob, in which <code>*</code> stands for any
 * part of a name, <code>**</code> for any part of a path, {@code ?} for one character and {@code [a-z]} for one of
 * several. A glob that matches a directory chooses what is below it. A name that has such characters itself is found,
 * too: a path that is shown to people exactly like the pattern always matches. A byte is written as people see it,
 * {@code \xNN}; a star, a question mark or a bracket that is written so stands for itself.
 */
public final class PathPattern {
    private static final Pattern LITERAL = Pattern.compile("\\\\x(?:2a|3f|5b)");
    private static final String ONE = "[^/\\x80-\\xbf][\\x80-\\xbf]*";

    private final String text;
    /** Over bytes as ISO 8859-1, so that names need not be text; also matches what is below. */
    private final Pattern pattern;

    private final Pattern literal;

    private PathPattern(String text, Pattern pattern, Pattern literal) {
        this.text = text;
        this.pattern = pattern;
        this.literal = literal;
    }

    /** From what a person wrote; a slash at the end is dropped. {@code INVALID_ARGUMENT}. */
    public static PathPattern of(String text) {
        String plain = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        if (plain.isEmpty() || plain.startsWith("/")) {
            throw bad(text);
        }
        String bytes = latin(plain);
        try {
            return new PathPattern(text, below(glob(plain)), below(Pattern.quote(bytes)));
        } catch (PatternSyntaxException wrong) {
            throw bad(text);
        }
    }

    /** Exactly this path, and what is below it. */
    public static PathPattern of(RelativePath path) {
        Pattern exact = below(Pattern.quote(latin(path)));
        return new PathPattern(path.toString(), exact, exact);
    }

    /** Whether it chooses that path. */
    public boolean matches(RelativePath path) {
        String bytes = latin(path);
        return literal.matcher(bytes).matches() || pattern.matcher(bytes).matches();
    }

    /** Whether it chooses that change, by its path or, of a rename, by the old one. */
    public boolean matches(Change change) {
        return matches(change.path()) || (change instanceof Change.Renamed renamed && matches(renamed.from()));
    }

    private static String latin(RelativePath path) {
        return path.bytes().toString(StandardCharsets.ISO_8859_1);
    }

    private static Pattern below(String expression) {
        return Pattern.compile("(?:" + expression + ")(?:/.*)?", Pattern.DOTALL);
    }

    private static String glob(String shown) {
        StringBuilder expression = new StringBuilder();
        Matcher literal = LITERAL.matcher(shown);
        int start = 0;
        while (literal.find()) {
            expression
                    .append(expression(latin(shown.substring(start, literal.start()))))
                    .append(Pattern.quote(latin(literal.group())));
            start = literal.end();
        }
        return expression.append(expression(latin(shown.substring(start)))).toString();
    }

    private static String latin(String shown) {
        return RelativePath.shownBytes(shown).toString(StandardCharsets.ISO_8859_1);
    }

    private static String expression(String glob) {
        StringBuilder expression = new StringBuilder();
        for (int at = 0; at < glob.length(); at++) {
            char one = glob.charAt(at);
            switch (one) {
                case '*' -> {
                    if (glob.startsWith("**/", at)) {
                        expression.append("(?:.*/)?");
                        at += 2;
                    } else if (glob.startsWith("**", at)) {
                        expression.append(".*");
                        at++;
                    } else {
                        expression.append("[^/]*");
                    }
                }
                case '?' -> expression.append(ONE);
                case '[' -> {
                    int end = glob.indexOf(']', at + 2);
                    if (end < 0) {
                        expression.append("\\[");
                    } else {
                        String set = glob.substring(at + 1, end)
                                .replace("\\", "\\\\")
                                .replace("[", "\\[")
                                .replace("&", "\\&");
                        boolean not = set.startsWith("!") || set.startsWith("^");
                        expression
                                .append("(?!/)[")
                                .append(not ? "^" + set.substring(1) : set)
                                .append(']');
                        at = end;
                    }
                }
                default -> expression.append(Pattern.quote(String.valueOf(one)));
            }
        }
        return expression.toString();
    }

    private static HostException bad(String text) {
        return HostException.of(HostErrorCode.INVALID_ARGUMENT, "pattern for paths")
                .value('"' + text + '"')
                .expected("a path relative to the folder, or a glob like **/*.txt")
                .build();
    }

    @Override
    public String toString() {
        return text;
    }
}
