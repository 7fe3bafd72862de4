package dev.mulligan.host.service;

import dev.mulligan.host.scope.Limits;
import dev.mulligan.host.scope.Scope;
import dev.mulligan.host.scope.Tool;
import dev.mulligan.vm.DataSize;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Scopes, limits and tools: messages and values. */
final class ScopeMessages {
    private ScopeMessages() {}

    static Scope scope(dev.mulligan.proto.host.v1.Scope message) {
        Set<Tool> tools = EnumSet.noneOf(Tool.class);
        for (int i = 0; i < message.getToolsCount(); i++) {
            tools.add(tool("scope.tools[" + i + "]", message.getTools(i)));
        }
        return new Scope(tools, message.getRoot(), limits("scope.limits", message.getLimits()));
    }

    static Limits limits(String field, dev.mulligan.proto.host.v1.Limits message) {
        java.time.Duration time = Times.duration(field + ".time", message.getTime());
        long memory = Field.notNegative(field + ".memory_bytes", message.getMemoryBytes());
        long output = Field.notNegative(field + ".output_bytes", message.getOutputBytes());
        return new Limits(
                time.isZero() ? Optional.empty() : Optional.of(time),
                memory == 0 ? Optional.empty() : Optional.of(DataSize.ofBytes(memory)),
                ofNonZero(message.getCpuMillis()),
                output == 0 ? Optional.empty() : Optional.of(DataSize.ofBytes(output)),
                ofNonZero(message.getProcesses()));
    }

    static dev.mulligan.proto.host.v1.Scope message(Scope scope) {
        dev.mulligan.proto.host.v1.Scope.Builder message = dev.mulligan.proto.host.v1.Scope.newBuilder()
                .setRoot(scope.root())
                .setLimits(message(scope.limits()));
        scope.tools().forEach(tool -> message.addTools(message(tool)));
        return message.build();
    }

    static dev.mulligan.proto.host.v1.Tool message(Tool tool) {
        return switch (tool) {
            case PYTHON -> dev.mulligan.proto.host.v1.Tool.PYTHON;
            case NODE -> dev.mulligan.proto.host.v1.Tool.NODE;
            case SHELL -> dev.mulligan.proto.host.v1.Tool.SHELL;
            case FILES -> dev.mulligan.proto.host.v1.Tool.FILES;
        };
    }

    private static dev.mulligan.proto.host.v1.Limits message(Limits limits) {
        dev.mulligan.proto.host.v1.Limits.Builder message = dev.mulligan.proto.host.v1.Limits.newBuilder();
        limits.time().map(Times::duration).ifPresent(message::setTime);
        limits.memory().map(DataSize::bytes).ifPresent(message::setMemoryBytes);
        limits.cpuMillis().ifPresent(message::setCpuMillis);
        limits.output().map(DataSize::bytes).ifPresent(message::setOutputBytes);
        limits.processes().ifPresent(message::setProcesses);
        return message.build();
    }

    private static Tool tool(String field, dev.mulligan.proto.host.v1.Tool message) {
        return switch (message) {
            case PYTHON -> Tool.PYTHON;
            case NODE -> Tool.NODE;
            case SHELL -> Tool.SHELL;
            case FILES -> Tool.FILES;
            case TOOL_UNSPECIFIED, UNRECOGNIZED ->
                throw Field.invalid(field, message, "PYTHON, NODE, SHELL or FILES", "");
        };
    }

    private static OptionalInt ofNonZero(int value) {
        return value == 0 ? OptionalInt.empty() : OptionalInt.of(value);
    }
}
