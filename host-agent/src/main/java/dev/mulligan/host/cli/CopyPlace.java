package dev.mulligan.host.cli;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One side of a copy. */
sealed interface CopyPlace {
    Pattern GUEST = Pattern.compile("([^:/]+):(/.*)", Pattern.DOTALL);

    /** A path in a sandbox. */
    record Guest(String sandbox, String path) implements CopyPlace {
        /** Of a file in this directory. */
        String child(String name) {
            return (path.endsWith("/") ? path : path + "/") + name;
        }
    }

    /** A path on this machine. */
    record Local(Path path) implements CopyPlace {}

    /** Standard input or output. */
    record Stream() implements CopyPlace {}

    /** {@code NAME:/path}, {@code -}, or a path of this machine; {@code ./a:/b} is one, too. */
    static CopyPlace parse(String text) {
        if (text.equals("-")) {
            return new Stream();
        }
        Matcher guest = GUEST.matcher(text);
        return guest.matches() ? new Guest(guest.group(1), guest.group(2)) : new Local(Path.of(text));
    }
}
