package dev.mulligan.host.service;

import dev.mulligan.host.guest.ProcessExit;
import dev.mulligan.host.guest.ProcessSpec;
import dev.mulligan.host.scope.Limits;
import dev.mulligan.host.tool.ShellCommand;
import dev.mulligan.proto.host.v1.CallResult;
import dev.mulligan.proto.host.v1.ExecExited;
import dev.mulligan.proto.host.v1.ExecResponse;
import dev.mulligan.proto.host.v1.ExecStart;
import dev.mulligan.proto.host.v1.TerminalSize;
import dev.mulligan.vm.DataSize;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** Programs run by hand: messages and values. */
final class ExecMessages {
    private static final int LARGEST_TERMINAL = 10_000;

    private ExecMessages() {}

    static ProcessSpec spec(ExecStart message) {
        Limits limits = ScopeMessages.callLimits("start.limits", message.getLimits());
        return new ProcessSpec(
                // Has the bounds of arguments.
                new ShellCommand.Program(message.getArgumentsList()).arguments(),
                message.getEnvironmentMap(),
                message.getWorkingDirectory(),
                ByHand.user(message.getRoot()),
                message.hasTerminal() ? Optional.of(terminal(message.getTerminal())) : Optional.empty(),
                new ProcessSpec.ProcessLimits(
                        limits.time(),
                        limits.memory().map(DataSize::bytes).orElse(0L),
                        limits.cpuMillis().orElse(0),
                        limits.processes().orElse(0)));
    }

    static ProcessSpec.Terminal terminal(TerminalSize size) {
        return new ProcessSpec.Terminal(
                Field.between("columns", size.getColumns(), 1, LARGEST_TERMINAL),
                Field.between("rows", size.getRows(), 1, LARGEST_TERMINAL));
    }

    static ExecResponse exited(ProcessExit exit) {
        CallResult.Outcome outcome = switch (exit.reason()) {
            case EXIT -> exit.code() == 0 ? CallResult.Outcome.OK : CallResult.Outcome.ERROR;
            case SIGNAL -> CallResult.Outcome.ERROR;
            case TIME_LIMIT -> CallResult.Outcome.TIME_LIMIT;
            case MEMORY_LIMIT -> CallResult.Outcome.MEMORY_LIMIT;
        };
        return ExecResponse.newBuilder()
                .setExited(ExecExited.newBuilder().setOutcome(outcome).setExitCode(exit.code()))
                .build();
    }

    /** For the record: the program, and a digest of all arguments, which may hold what should not be kept. */
    static Map<String, String> details(ExecStart message) {
        return Map.of(
                "program", message.getArguments(0),
                "arguments_sha256", digest(message),
                "arguments", String.valueOf(message.getArgumentsCount()),
                "terminal", String.valueOf(message.hasTerminal()));
    }

    private static String digest(ExecStart message) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String argument : message.getArgumentsList()) {
                digest.update(argument.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException everyPlatformHasIt) {
            throw new IllegalStateException(everyPlatformHasIt);
        }
    }
}
