package dev.mulligan.host.message;

import dev.mulligan.host.scope.Folder;
import dev.mulligan.host.scope.Limits;
import dev.mulligan.host.scope.Rule;
import dev.mulligan.host.scope.Rulebook;
import dev.mulligan.host.scope.Scope;
import dev.mulligan.host.scope.ScopeName;
import dev.mulligan.proto.host.v1.Access;
import dev.mulligan.proto.host.v1.Apply;
import dev.mulligan.proto.host.v1.Effect;
import dev.mulligan.proto.host.v1.Recording;
import dev.mulligan.proto.host.v1.Tool;
import dev.mulligan.vm.DataSize;

/** Scopes as messages. */
public final class ScopeMessage {
    private ScopeMessage() {}

    public static dev.mulligan.proto.host.v1.Scope of(Scope scope) {
        dev.mulligan.proto.host.v1.Scope.Builder message = dev.mulligan.proto.host.v1.Scope.newBuilder()
                .setExtends(scope.base().map(ScopeName::value).orElse(""))
                .setRoot(scope.root())
                .setLimits(of(scope.limits()))
                .setApply(scope.apply().map(ScopeMessage::of).orElse(Apply.APPLY_UNSPECIFIED))
                .setDefault(scope.fallback().map(ScopeMessage::of).orElse(Effect.EFFECT_UNSPECIFIED))
                .setRecord(scope.recording().map(ScopeMessage::of).orElse(Recording.RECORDING_UNSPECIFIED));
        scope.tools().forEach(tool -> message.addTools(of(tool)));
        scope.folders().forEach(folder -> message.addFolders(of(folder)));
        scope.rules().forEach(rule -> message.addRules(of(rule)));
        scope.inherited().forEach(book -> message.addInherited(of(book)));
        return message.build();
    }

    public static Tool of(dev.mulligan.host.scope.Tool tool) {
        return switch (tool) {
            case PYTHON -> Tool.PYTHON;
            case NODE -> Tool.NODE;
            case SHELL -> Tool.SHELL;
            case FILES -> Tool.FILES;
        };
    }

    private static dev.mulligan.proto.host.v1.Limits of(Limits limits) {
        dev.mulligan.proto.host.v1.Limits.Builder message = dev.mulligan.proto.host.v1.Limits.newBuilder();
        limits.time().map(DurationMessage::of).ifPresent(message::setTime);
        limits.memory().map(DataSize::bytes).ifPresent(message::setMemoryBytes);
        limits.cpuMillis().ifPresent(message::setCpuMillis);
        limits.output().map(DataSize::bytes).ifPresent(message::setOutputBytes);
        limits.processes().ifPresent(message::setProcesses);
        limits.patience().map(DurationMessage::of).ifPresent(message::setApproval);
        limits.disk().map(DataSize::bytes).ifPresent(message::setDiskBytes);
        return message.build();
    }

    private static dev.mulligan.proto.host.v1.Folder of(Folder folder) {
        return dev.mulligan.proto.host.v1.Folder.newBuilder()
                .setPath(folder.path())
                .setSandboxPath(folder.as())
                .setAccess(
                        switch (folder.access()) {
                            case READ -> Access.READ;
                            case WRITE -> Access.WRITE;
                        })
                .addAllExcludes(folder.excludes())
                .build();
    }

    private static dev.mulligan.proto.host.v1.Rulebook of(Rulebook book) {
        dev.mulligan.proto.host.v1.Rulebook.Builder message = dev.mulligan.proto.host.v1.Rulebook.newBuilder()
                .setOrigin(book.origin())
                .setApply(book.apply().map(ScopeMessage::of).orElse(Apply.APPLY_UNSPECIFIED));
        book.rules().forEach(rule -> message.addRules(of(rule)));
        return message.build();
    }

    private static dev.mulligan.proto.host.v1.Rule of(Rule rule) {
        return dev.mulligan.proto.host.v1.Rule.newBuilder()
                .setWhen(rule.when().source())
                .setThen(of(rule.then()))
                .setWhy(rule.why())
                .build();
    }

    private static Effect of(dev.mulligan.host.scope.Effect effect) {
        return switch (effect) {
            case ALLOW -> Effect.ALLOW;
            case ASK -> Effect.ASK;
            case DENY -> Effect.DENY;
        };
    }

    private static Apply of(dev.mulligan.host.scope.ApplyMode mode) {
        return switch (mode) {
            case AUTO -> Apply.APPLY_AUTO;
            case ASK -> Apply.APPLY_ASK;
            case NEVER -> Apply.APPLY_NEVER;
        };
    }

    private static Recording of(dev.mulligan.host.scope.Recording recording) {
        return switch (recording) {
            case DIGESTS -> Recording.DIGESTS;
            case FULL -> Recording.FULL;
        };
    }
}
