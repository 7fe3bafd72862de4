package dev.mulligan.host.tool;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.util.List;

/** What a shell call runs. */
public sealed interface ShellCommand {
    /** A command line for bash. */
    record Line(String text) implements ShellCommand {
        public Line {
            Arguments.require(text);
        }
    }

    /** A program with its arguments; no shell is involved. At least the program. */
    record Program(List<String> arguments) implements ShellCommand {
        public Program {
            arguments = Arguments.require(arguments);
            if (arguments.isEmpty()) {
                throw HostException.of(HostErrorCode.BAD_TASK, "shell call without a program")
                        .expected("a program, then its arguments")
                        .build();
            }
        }
    }
}
