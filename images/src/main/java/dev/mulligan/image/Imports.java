package dev.mulligan.image;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.regex.Pattern;

/**
 * The modules that an image's interpreters have imported before anybody uses them: a file {@code DIRECTORY/LANGUAGE} on
 * its disk for each language, one module a line. What an image names is not trusted more than anything else in it.
 */
public final class Imports {
    public static final String DIRECTORY = "/etc/mulligan/imports";

    /** Of which interpreters live on from call to call. */
    public static final SequencedSet<String> LANGUAGES =
            Collections.unmodifiableSequencedSet(new LinkedHashSet<>(List.of("python", "node")));

    private static final Pattern MODULE = Pattern.compile("[A-Za-z0-9_@][A-Za-z0-9_@/.:-]{0,127}");

    private Imports() {}

    /** Whether it can be a module's name, with package or scope: {@code matplotlib.pyplot}, {@code @scope/name}. */
    public static boolean isModule(String name) {
        return MODULE.matcher(name).matches();
    }
}
