package dev.mulligan.image.build;

import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What a Dockerfile says, as far as it must be known before Docker reads it. */
final class Dockerfiles {

    /** The images of Mulligan, as a Dockerfile names them. */
    static final String PREFIX = "mulligan/";

    private static final Pattern FROM_MULLIGAN = Pattern.compile(
            "(?im)^\\s*FROM\\s+(?:--platform=\\S+\\s+)?mulligan/([a-z][a-z0-9-]*)(?::latest)?(?:\\s.*)?$");

    private static final Pattern INSTRUCTION = Pattern.compile("(?im)^\\s*(FROM|RUN|COPY|ADD)\\s+(.*)$");

    private Dockerfiles() {}

    /** The names of the Mulligan images that it starts from, in its order, each once. */
    static List<String> bases(String dockerfile) {
        return FROM_MULLIGAN
                .matcher(dockerfile)
                .results()
                .map(match -> match.group(1))
                .distinct()
                .toList();
    }

    /** Its steps, one line each, for the manifest. */
    static List<String> steps(String dockerfile) {
        return INSTRUCTION
                .matcher(dockerfile.replaceAll("\\\\\\n\\s*", ""))
                .results()
                .map(Dockerfiles::step)
                .toList();
    }

    private static String step(MatchResult match) {
        return match.group(1).toUpperCase(Locale.ROOT) + " " + match.group(2).strip();
    }
}
