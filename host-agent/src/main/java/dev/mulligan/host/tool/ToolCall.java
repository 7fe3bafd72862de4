package dev.mulligan.host.tool;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.scope.CallFacts;
import dev.mulligan.host.scope.Tool;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One step of a task. {@code BAD_TASK} if it can't be run.
 */
public sealed interface ToolCall {
    /** Runs as root inside the sandbox; needs {@code scope.root}. */
    boolean root();

    /** A shorter time than the scope's for this call, more than zero; empty: the scope's. */
    Optional<Duration> time();

    /** The tool that it uses. */
    Tool tool();

    /** The session that it is evaluated in; empty: its tool has none. */
    default Optional<SessionName> inSession() {
        return Optional.empty();
    }

    /** What a decision about it needs to know. */
    default CallFacts facts() {
        return new CallFacts(tool(), root(), time(), RuleArguments.of(this));
    }

    /** Python source, evaluated in a session. */
    record Python(String code, List<String> arguments, SessionName session, boolean root, Optional<Duration> time)
            implements ToolCall {
        public Python {
            arguments = Arguments.require(arguments);
            requireTime(time);
        }

        @Override
        public Tool tool() {
            return Tool.PYTHON;
        }

        @Override
        public Optional<SessionName> inSession() {
            return Optional.of(session);
        }
    }

    /** JavaScript source, evaluated in a session. */
    record Node(String code, List<String> arguments, SessionName session, boolean root, Optional<Duration> time)
            implements ToolCall {
        public Node {
            arguments = Arguments.require(arguments);
            requireTime(time);
        }

        @Override
        public Tool tool() {
            return Tool.NODE;
        }

        @Override
        public Optional<SessionName> inSession() {
            return Optional.of(session);
        }
    }

    /** A command line for bash, or a program with its arguments. */
    record Shell(ShellCommand command, boolean root, Optional<Duration> time) implements ToolCall {
        public Shell {
            requireTime(time);
        }

        @Override
        public Tool tool() {
            return Tool.SHELL;
        }
    }

    /** One operation on files. */
    record Files(FilesOperation operation, boolean root, Optional<Duration> time) implements ToolCall {
        public Files {
            requireTime(time);
        }

        @Override
        public Tool tool() {
            return Tool.FILES;
        }
    }

    private static void requireTime(Optional<Duration> time) {
        time.filter(asked -> asked.isNegative() || asked.isZero()).ifPresent(asked -> {
            throw HostException.of(HostErrorCode.BAD_TASK, "time of a call")
                    .value(asked)
                    .expected("more than zero")
                    .remedy("leave it out for the scope's limit")
                    .build();
        });
    }
}
