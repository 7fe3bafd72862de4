package dev.mulligan.host.service;

import dev.mulligan.host.HostException;
import dev.mulligan.host.message.ScopeMessage;
import dev.mulligan.host.scope.Access;
import dev.mulligan.host.scope.ApplyMode;
import dev.mulligan.host.scope.Condition;
import dev.mulligan.host.scope.Effect;
import dev.mulligan.host.scope.Folder;
import dev.mulligan.host.scope.Limits;
import dev.mulligan.host.scope.Recording;
import dev.mulligan.host.scope.Rule;
import dev.mulligan.host.scope.Rulebook;
import dev.mulligan.host.scope.Scope;
import dev.mulligan.host.scope.ScopeName;
import dev.mulligan.host.scope.Tool;
import dev.mulligan.vm.DataSize;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/** Scopes, limits and tools: messages and values. */
final class ScopeMessages {
    private ScopeMessages() {}

    static Scope scope(dev.mulligan.proto.host.v1.Scope message) {
        Set<Tool> tools = EnumSet.noneOf(Tool.class);
        for (int i = 0; i < message.getToolsCount(); i++) {
            tools.add(tool("scope.tools[" + i + "]", message.getTools(i)));
        }
        return new Scope(
                Field.optional("scope.extends", message.getExtends()).map(ScopeName::new),
                tools,
                message.getRoot(),
                each("scope.folders", message.getFoldersList(), ScopeMessages::folder),
                limits("scope.limits", message.getLimits()),
                each("scope.rules", message.getRulesList(), ScopeMessages::rule),
                apply("scope.apply", message.getApply()),
                fallback(message.getDefault()),
                recording(message.getRecord()),
                each("scope.inherited", message.getInheritedList(), ScopeMessages::rulebook));
    }

    /** Complaints about an element name it: {@code scope.rules[2]}. */
    private static <M, V> List<V> each(String field, List<M> messages, Function<M, V> value) {
        List<V> values = new ArrayList<>(messages.size());
        for (int i = 0; i < messages.size(); i++) {
            try {
                values.add(value.apply(messages.get(i)));
            } catch (HostException bad) {
                throw bad.at(field + "[" + i + "]");
            }
        }
        return values;
    }

    private static Folder folder(dev.mulligan.proto.host.v1.Folder message) {
        return new Folder(
                message.getPath(),
                message.getSandboxPath(),
                switch (message.getAccess()) {
                    case ACCESS_UNSPECIFIED, READ -> Access.READ;
                    case WRITE -> Access.WRITE;
                    case UNRECOGNIZED -> throw Field.invalid("access", message.getAccess(), "READ or WRITE", "");
                },
                message.getExcludesList());
    }

    private static Rulebook rulebook(dev.mulligan.proto.host.v1.Rulebook message) {
        return new Rulebook(
                message.getOrigin(),
                each("rules", message.getRulesList(), ScopeMessages::rule),
                apply("apply", message.getApply()));
    }

    private static Rule rule(dev.mulligan.proto.host.v1.Rule message) {
        Effect then = switch (message.getThen()) {
            case ALLOW -> Effect.ALLOW;
            case ASK -> Effect.ASK;
            case DENY -> Effect.DENY;
            case EFFECT_UNSPECIFIED, UNRECOGNIZED ->
                throw Field.invalid("then", message.getThen(), "ALLOW, ASK or DENY", "");
        };
        return new Rule(Condition.of(message.getWhen()), then, message.getWhy());
    }

    private static Optional<ApplyMode> apply(String field, dev.mulligan.proto.host.v1.Apply message) {
        return switch (message) {
            case APPLY_UNSPECIFIED -> Optional.empty();
            case APPLY_AUTO -> Optional.of(ApplyMode.AUTO);
            case APPLY_ASK -> Optional.of(ApplyMode.ASK);
            case APPLY_NEVER -> Optional.of(ApplyMode.NEVER);
            case UNRECOGNIZED -> throw Field.invalid(field, message, "APPLY_AUTO, APPLY_ASK or APPLY_NEVER", "");
        };
    }

    private static Optional<Effect> fallback(dev.mulligan.proto.host.v1.Effect message) {
        return switch (message) {
            case EFFECT_UNSPECIFIED -> Optional.empty();
            case ASK -> Optional.of(Effect.ASK);
            case DENY -> Optional.of(Effect.DENY);
            case ALLOW, UNRECOGNIZED -> throw Field.invalid("scope.default", message, "ASK or DENY", "");
        };
    }

    private static Optional<Recording> recording(dev.mulligan.proto.host.v1.Recording message) {
        return switch (message) {
            case RECORDING_UNSPECIFIED -> Optional.empty();
            case DIGESTS -> Optional.of(Recording.DIGESTS);
            case FULL -> Optional.of(Recording.FULL);
            case UNRECOGNIZED -> throw Field.invalid("scope.record", message, "DIGESTS or FULL", "");
        };
    }

    private static Limits limits(String field, dev.mulligan.proto.host.v1.Limits message) {
        java.time.Duration time = Times.duration(field + ".time", message.getTime());
        java.time.Duration patience = Times.duration(field + ".approval", message.getApproval());
        long memory = Field.notNegative(field + ".memory_bytes", message.getMemoryBytes());
        long disk = Field.notNegative(field + ".disk_bytes", message.getDiskBytes());
        long output = Field.notNegative(field + ".output_bytes", message.getOutputBytes());
        return new Limits(
                time.isZero() ? Optional.empty() : Optional.of(time),
                memory == 0 ? Optional.empty() : Optional.of(DataSize.ofBytes(memory)),
                ofNonZero(message.getCpuMillis()),
                output == 0 ? Optional.empty() : Optional.of(DataSize.ofBytes(output)),
                ofNonZero(message.getProcesses()),
                disk == 0 ? Optional.empty() : Optional.of(DataSize.ofBytes(disk)),
                patience.isZero() ? Optional.empty() : Optional.of(patience));
    }

    /** Of a single program, which has no disk of its own. */
    static Limits callLimits(String field, dev.mulligan.proto.host.v1.Limits message) {
        if (message.getDiskBytes() != 0) {
            throw Field.invalid(field + ".disk_bytes", message.getDiskBytes(), "0: only a scope limits a disk", "");
        }
        if (message.hasApproval()) {
            throw Field.invalid(
                    field + ".approval", message.getApproval(), "none: only a scope has rules that ask", "");
        }
        return limits(field, message);
    }

    static dev.mulligan.proto.host.v1.Scope message(Scope scope) {
        return ScopeMessage.of(scope);
    }

    static dev.mulligan.proto.host.v1.Tool message(Tool tool) {
        return ScopeMessage.of(tool);
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
