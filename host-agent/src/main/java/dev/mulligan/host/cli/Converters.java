package dev.mulligan.host.cli;

import dev.mulligan.host.DurationText;
import dev.mulligan.host.HostException;
import dev.mulligan.host.message.DurationMessage;
import dev.mulligan.proto.host.v1.ReadChangeRequest.Version;
import dev.mulligan.proto.host.v1.Tool;
import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.VmException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** How sizes, durations and tools are typed. */
final class Converters {
    private static final Set<String> VERSIONS = Set.of("task", "packed", "merged");
    private static final Set<String> TOOLS = Set.of("python", "node", "shell", "files");

    private Converters() {}

    static void register(CommandLine commandLine) {
        commandLine
                .registerConverter(DataSize.class, Converters::size)
                .registerConverter(Duration.class, Converters::duration)
                .registerConverter(com.google.protobuf.Duration.class, Converters::idle)
                .registerConverter(Tool.class, Converters::tool)
                .registerConverter(Version.class, Converters::version);
    }

    private static DataSize size(String text) {
        try {
            return DataSize.parse(text);
        } catch (VmException malformed) {
            throw new TypeConversionException("'" + text + "' is no size (expected: such as 512Mi or 2Gi)");
        }
    }

    private static Duration duration(String text) {
        try {
            return DurationText.parse(text);
        } catch (HostException malformed) {
            throw new TypeConversionException("'" + text + "' is no duration (expected: such as 500ms, 30s, 2m or 1h)");
        }
    }

    /** An idle time: negative is never. */
    private static com.google.protobuf.Duration idle(String text) {
        try {
            return DurationMessage.of(text.equals("never") ? Duration.ofSeconds(-1) : DurationText.parse(text));
        } catch (HostException malformed) {
            throw new TypeConversionException("'" + text + "' is no idle time (expected: such as 10m or 1h, or never)");
        }
    }

    private static Tool tool(String text) {
        String name = text.toLowerCase(Locale.ROOT);
        if (TOOLS.contains(name)) {
            return Tool.valueOf(name.toUpperCase(Locale.ROOT));
        }
        throw new TypeConversionException("'" + text + "' is no tool (expected: python, node, shell or files)");
    }

    private static Version version(String text) {
        String name = text.toLowerCase(Locale.ROOT);
        if (VERSIONS.contains(name)) {
            return Version.valueOf(name.toUpperCase(Locale.ROOT));
        }
        throw new TypeConversionException("'" + text + "' is no version (expected: task, packed or merged)");
    }
}
