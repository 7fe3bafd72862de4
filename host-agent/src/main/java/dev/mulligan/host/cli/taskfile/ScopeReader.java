package dev.mulligan.host.cli.taskfile;

import com.google.protobuf.Duration;
import dev.mulligan.proto.host.v1.Limits;
import dev.mulligan.proto.host.v1.Scope;
import dev.mulligan.proto.host.v1.Tool;
import dev.mulligan.vm.DataSize;
import java.util.List;
import java.util.Locale;

/** Reads {@code scope}. The ranges are those of {@code mulligan.host.v1.Limits}. */
final class ScopeReader {
    static final List<String> TOOLS = List.of("python", "node", "shell", "files");

    private static final java.time.Duration LEAST_TIME = java.time.Duration.ofSeconds(1);
    private static final java.time.Duration MOST_TIME = java.time.Duration.ofHours(24);
    private static final int MOST_PROCESSORS = 1024;

    private ScopeReader() {}

    static Scope read(YamlValue value) {
        YamlMap map = value.map("a mapping with tools, root and limits");
        Scope.Builder scope = Scope.newBuilder();
        map.take("tools")
                .ifPresent(tools -> tools.list("a list of tools", 0, TOOLS.size()).stream()
                        .map(tool -> tool.oneOf("tool", TOOLS))
                        .forEach(tool -> scope.addTools(tool(tool))));
        map.take("root").ifPresent(root -> scope.setRoot(root.truth()));
        map.take("limits").ifPresent(limits -> scope.setLimits(limits(limits)));
        map.done();
        return scope.build();
    }

    static Tool tool(String name) {
        return Tool.valueOf(name.toUpperCase(Locale.ROOT));
    }

    static Duration time(YamlValue value) {
        java.time.Duration time = value.duration(LEAST_TIME, MOST_TIME);
        return Duration.newBuilder()
                .setSeconds(time.getSeconds())
                .setNanos(time.getNano())
                .build();
    }

    private static Limits limits(YamlValue value) {
        YamlMap map = value.map("a mapping with time, memory, cpus, output and processes");
        Limits.Builder limits = Limits.newBuilder();
        map.take("time").ifPresent(time -> limits.setTime(time(time)));
        map.take("memory")
                .ifPresent(memory ->
                        limits.setMemoryBytes(memory.size(DataSize.ofMebibytes(16), DataSize.ofGibibytes(4096))
                                .bytes()));
        map.take("cpus").ifPresent(cpus -> limits.setCpuMillis(cpus.thousandths(100, MOST_PROCESSORS * 1000)));
        map.take("output")
                .ifPresent(output -> limits.setOutputBytes(output.size(DataSize.ofBytes(1024), DataSize.ofGibibytes(1))
                        .bytes()));
        map.take("processes").ifPresent(processes -> limits.setProcesses(processes.wholeNumber(1, 32_768)));
        map.done();
        return limits.build();
    }
}
