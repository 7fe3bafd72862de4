package dev.mulligan.host.guest;

import com.google.protobuf.Duration;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.Printable;
import dev.mulligan.proto.guest.v1.ProcessLimits;
import dev.mulligan.proto.guest.v1.RunRequest;
import dev.mulligan.proto.guest.v1.Start;
import dev.mulligan.proto.guest.v1.TerminalSize;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** From a {@link ProcessSpec} to what is sent; refuses what no kernel would start. */
final class RunMessages {
    // The kernel's bound for arguments and environment is a quarter of the stack, usually 2 MiB (execve(2)).
    private static final int MAXIMUM_BYTES = 1 << 20;
    private static final int MAXIMUM_CHARACTERS = 10_000;

    private RunMessages() {}

    static RunRequest start(ProcessSpec spec) {
        if (spec.arguments().isEmpty() || spec.arguments().getFirst().isEmpty()) {
            throw invalid("arguments", spec.arguments(), "the program and its arguments");
        }
        requireText(spec);
        Start.Builder start = Start.newBuilder()
                .addAllArguments(spec.arguments())
                .putAllEnvironment(spec.environment())
                .setWorkingDirectory(spec.workingDirectory())
                .setUser(spec.user())
                .setLimits(limits(spec.limits()));
        spec.terminal().ifPresent(terminal -> start.setTerminal(size(terminal)));
        return RunRequest.newBuilder().setStart(start).build();
    }

    static TerminalSize size(ProcessSpec.Terminal terminal) {
        if (Math.min(terminal.columns(), terminal.rows()) < 1
                || Math.max(terminal.columns(), terminal.rows()) > MAXIMUM_CHARACTERS) {
            throw invalid(
                    "terminal size",
                    terminal.columns() + "x" + terminal.rows(),
                    "1 to " + MAXIMUM_CHARACTERS + " columns and rows");
        }
        return TerminalSize.newBuilder()
                .setColumns(terminal.columns())
                .setRows(terminal.rows())
                .build();
    }

    private static ProcessLimits limits(ProcessSpec.ProcessLimits limits) {
        ProcessLimits.Builder message = ProcessLimits.newBuilder()
                .setMemoryBytes(limits.memoryBytes())
                .setCpuMillis(limits.cpuMillis())
                .setProcesses(limits.processes());
        limits.time()
                .ifPresent(time -> message.setTime(
                        Duration.newBuilder().setSeconds(time.toSeconds()).setNanos(time.toNanosPart())));
        return message.build();
    }

    private static void requireText(ProcessSpec spec) {
        long bytes = 0;
        for (String text : (Iterable<String>) Stream.of(
                        spec.arguments().stream(),
                        spec.environment().keySet().stream(),
                        spec.environment().values().stream(),
                        Stream.of(spec.workingDirectory(), spec.user()))
                .flatMap(stream -> stream)::iterator) {
            if (text.indexOf(0) >= 0) {
                throw invalid("argument or environment", Printable.of(text, 60), "text without NUL");
            }
            bytes += text.getBytes(StandardCharsets.UTF_8).length + 1;
        }
        if (bytes > MAXIMUM_BYTES) {
            throw invalid("arguments and environment", bytes + " bytes", "at most " + MAXIMUM_BYTES + " bytes");
        }
        spec.environment().keySet().stream()
                .filter(name -> name.isEmpty() || name.indexOf('=') >= 0)
                .findFirst()
                .ifPresent(name -> {
                    throw invalid("environment", '"' + Printable.of(name, 60) + '"', "names without \"=\"");
                });
    }

    private static HostException invalid(String what, Object value, String expected) {
        return HostException.of(HostErrorCode.INVALID_ARGUMENT, what)
                .value(value)
                .expected(expected)
                .remedy("correct the request")
                .build();
    }
}
