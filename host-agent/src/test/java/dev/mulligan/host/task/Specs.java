package dev.mulligan.host.task;

import dev.mulligan.host.guest.GuestPath;
import dev.mulligan.host.scope.Limits;
import dev.mulligan.host.scope.Scope;
import dev.mulligan.host.scope.Tool;
import dev.mulligan.host.tool.FilesOperation;
import dev.mulligan.host.tool.SessionName;
import dev.mulligan.host.tool.ShellCommand;
import dev.mulligan.host.tool.ToolCall;
import dev.mulligan.vm.DataSize;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Tasks for tests. Shell lines are in the language of FakeProcess. */
final class Specs {
    static final Scope EVERYTHING = new Scope(EnumSet.allOf(Tool.class), true, Limits.DEFAULT);

    private Specs() {}

    static TaskSpec in(String sandbox, OnFailure onFailure, ToolCall... calls) {
        return spec(new TaskPlace.ExistingSandbox(sandbox), EVERYTHING, onFailure, false, calls);
    }

    static TaskSpec own(OnFailure onFailure, boolean keep, ToolCall... calls) {
        return spec(new TaskPlace.NewSandbox("base"), EVERYTHING, onFailure, keep, calls);
    }

    static TaskSpec spec(TaskPlace place, Scope scope, OnFailure onFailure, boolean keep, ToolCall... calls) {
        return new TaskSpec("work", place, scope, onFailure, List.of(calls), Map.of("team", "blue"), keep);
    }

    static Scope printing(long bytes) {
        return new Scope(
                EnumSet.allOf(Tool.class),
                true,
                new Limits(
                        Optional.empty(),
                        Optional.empty(),
                        OptionalInt.empty(),
                        Optional.of(DataSize.ofBytes(bytes)),
                        OptionalInt.empty()));
    }

    static ToolCall shell(String line) {
        return new ToolCall.Shell(new ShellCommand.Line(line), false, Optional.empty());
    }

    static ToolCall shell(String line, Duration time) {
        return new ToolCall.Shell(new ShellCommand.Line(line), false, Optional.of(time));
    }

    static ToolCall python(String code) {
        return new ToolCall.Python(code, List.of(), SessionName.DEFAULT, false, Optional.empty());
    }

    static ToolCall node(String code) {
        return new ToolCall.Node(code, List.of(), SessionName.DEFAULT, true, Optional.empty());
    }

    static ToolCall files(FilesOperation operation) {
        return new ToolCall.Files(operation, false, Optional.empty());
    }

    static ToolCall read(String path) {
        return files(new FilesOperation.Read(GuestPath.of(path)));
    }
}
