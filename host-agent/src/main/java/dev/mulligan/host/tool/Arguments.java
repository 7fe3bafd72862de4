package dev.mulligan.host.tool;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The bounds of what can be handed to a program; Linux has them too (execve(2)), but says them less well. */
final class Arguments {
    /** MAX_ARG_STRLEN is 131,072 with the terminating zero. */
    private static final int LONGEST = 131_071;

    private static final int MOST = 10_000;

    private Arguments() {}

    static List<String> require(List<String> arguments) {
        if (arguments.size() > MOST) {
            throw bad("number of arguments", arguments.size(), "at most " + MOST);
        }
        arguments.forEach(Arguments::require);
        return List.copyOf(arguments);
    }

    static String require(String argument) {
        if (argument.indexOf('\0') >= 0) {
            throw bad("argument with a zero character at", argument.indexOf('\0'), "text without it");
        }
        int length = argument.getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST) {
            throw bad("length of an argument in bytes", length, "at most " + LONGEST);
        }
        return argument;
    }

    private static HostException bad(String what, int value, String expected) {
        return HostException.of(HostErrorCode.BAD_TASK, what)
                .value(value)
                .expected(expected)
                .remedy("write large input to a file with the files tool, and name the file")
                .build();
    }
}
