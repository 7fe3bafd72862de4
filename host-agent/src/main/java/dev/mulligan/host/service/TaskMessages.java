package dev.mulligan.host.service;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.ThreadName;
import dev.mulligan.host.message.DurationMessage;
import dev.mulligan.host.task.CallResult;
import dev.mulligan.host.task.Lineage;
import dev.mulligan.host.task.OnFailure;
import dev.mulligan.host.task.Task;
import dev.mulligan.host.task.TaskPlace;
import dev.mulligan.host.task.TaskSpec;
import dev.mulligan.host.task.TaskState;
import dev.mulligan.host.tool.ToolCall;
import dev.mulligan.vm.CheckpointId;
import java.util.ArrayList;
import java.util.List;

/** Tasks: messages and values. */
final class TaskMessages {
    private static final String DEFAULT_IMAGE = "base";

    private TaskMessages() {}

    static TaskSpec spec(dev.mulligan.proto.host.v1.TaskSpec message) {
        return new TaskSpec(
                message.getName(),
                place(message),
                ScopeMessages.scope(message.getScope()),
                onFailure(message.getOnFailure()),
                calls(message),
                Field.labels("task.labels", message.getLabelsMap()),
                message.getKeepSandbox(),
                Lineage.asked(
                        Field.optional("task.parent_task_id", message.getParentTaskId())
                                .map(TaskId::new),
                        Field.optional("task.thread", message.getThread()).map(ThreadName::new)));
    }

    static dev.mulligan.proto.host.v1.Task message(Task task) {
        dev.mulligan.proto.host.v1.Task.Builder message = dev.mulligan.proto.host.v1.Task.newBuilder()
                .setId(task.id().value())
                .setSpec(message(task.spec()))
                .setState(message(task.state()))
                .setCreated(Times.timestamp(task.created()))
                .setReason(task.reason())
                .setRolledBack(task.rolledBack())
                .addAllWithheld(task.spec().lineage().withheld());
        task.spec().lineage().previous().map(TaskId::value).ifPresent(message::setPreviousTaskId);
        task.sandbox().map(SandboxId::value).ifPresent(message::setSandboxId);
        task.before().map(CheckpointId::value).ifPresent(message::setCheckpointId);
        task.started().map(Times::timestamp).ifPresent(message::setStarted);
        task.ended().map(Times::timestamp).ifPresent(message::setEnded);
        task.results().forEach(result -> message.addResults(message(result)));
        return message.build();
    }

    static dev.mulligan.proto.host.v1.CallResult message(CallResult result) {
        return dev.mulligan.proto.host.v1.CallResult.newBuilder()
                .setIndex(result.index())
                .setTool(ScopeMessages.message(result.tool()))
                .setOutcome(message(result.outcome()))
                .setExitCode(result.exitCode())
                .setMessage(result.message())
                .setDuration(DurationMessage.of(result.duration()))
                .setOutputBytes(result.outputBytes())
                .setCheckpointId(result.checkpoint().map(CheckpointId::value).orElse(""))
                .setValue(result.value())
                .build();
    }

    static TaskState state(String field, dev.mulligan.proto.host.v1.TaskState message) {
        return switch (message) {
            case QUEUED -> TaskState.QUEUED;
            case RUNNING -> TaskState.RUNNING;
            case SUCCEEDED -> TaskState.SUCCEEDED;
            case FAILED -> TaskState.FAILED;
            case CANCELLED -> TaskState.CANCELLED;
            case INTERRUPTED -> TaskState.INTERRUPTED;
            case TASK_STATE_UNSPECIFIED, UNRECOGNIZED ->
                throw Field.invalid(field, message, "QUEUED, RUNNING, SUCCEEDED, FAILED, CANCELLED or INTERRUPTED", "");
        };
    }

    private static dev.mulligan.proto.host.v1.TaskState message(TaskState state) {
        return switch (state) {
            case QUEUED -> dev.mulligan.proto.host.v1.TaskState.QUEUED;
            case RUNNING -> dev.mulligan.proto.host.v1.TaskState.RUNNING;
            case SUCCEEDED -> dev.mulligan.proto.host.v1.TaskState.SUCCEEDED;
            case FAILED -> dev.mulligan.proto.host.v1.TaskState.FAILED;
            case CANCELLED -> dev.mulligan.proto.host.v1.TaskState.CANCELLED;
            case INTERRUPTED -> dev.mulligan.proto.host.v1.TaskState.INTERRUPTED;
        };
    }

    private static dev.mulligan.proto.host.v1.CallResult.Outcome message(CallResult.Outcome outcome) {
        return switch (outcome) {
            case OK -> dev.mulligan.proto.host.v1.CallResult.Outcome.OK;
            case ERROR -> dev.mulligan.proto.host.v1.CallResult.Outcome.ERROR;
            case DENIED -> dev.mulligan.proto.host.v1.CallResult.Outcome.DENIED;
            case TIME_LIMIT -> dev.mulligan.proto.host.v1.CallResult.Outcome.TIME_LIMIT;
            case MEMORY_LIMIT -> dev.mulligan.proto.host.v1.CallResult.Outcome.MEMORY_LIMIT;
            case OUTPUT_LIMIT -> dev.mulligan.proto.host.v1.CallResult.Outcome.OUTPUT_LIMIT;
            case CANCELLED -> dev.mulligan.proto.host.v1.CallResult.Outcome.CALL_CANCELLED;
            case INTERRUPTED -> dev.mulligan.proto.host.v1.CallResult.Outcome.CALL_INTERRUPTED;
        };
    }

    private static TaskPlace place(dev.mulligan.proto.host.v1.TaskSpec message) {
        if (!message.getImage().isEmpty() && !message.getSandbox().isEmpty()) {
            throw HostException.of(HostErrorCode.BAD_TASK, "task with image and sandbox")
                    .value(message.getImage() + ", " + message.getSandbox())
                    .expected("one of the two, or neither for the image " + DEFAULT_IMAGE)
                    .remedy("leave one out")
                    .build();
        }
        if (!message.getSandbox().isEmpty()) {
            return new TaskPlace.ExistingSandbox(message.getSandbox());
        }
        return new TaskPlace.NewSandbox(message.getImage().isEmpty() ? DEFAULT_IMAGE : message.getImage());
    }

    private static OnFailure onFailure(dev.mulligan.proto.host.v1.OnFailure message) {
        return switch (message) {
            case ON_FAILURE_UNSPECIFIED, ROLLBACK -> OnFailure.ROLLBACK;
            case KEEP -> OnFailure.KEEP;
            case UNRECOGNIZED -> throw Field.invalid("task.on_failure", message, "ROLLBACK or KEEP", "");
        };
    }

    private static List<ToolCall> calls(dev.mulligan.proto.host.v1.TaskSpec message) {
        List<ToolCall> calls = new ArrayList<>(message.getCallsCount());
        for (int i = 0; i < message.getCallsCount(); i++) {
            try {
                calls.add(CallMessages.call(message.getCalls(i)));
            } catch (HostException bad) {
                throw bad.at("task.calls[" + i + "]");
            }
        }
        return calls;
    }

    private static dev.mulligan.proto.host.v1.TaskSpec message(TaskSpec spec) {
        dev.mulligan.proto.host.v1.TaskSpec.Builder message = dev.mulligan.proto.host.v1.TaskSpec.newBuilder()
                .setName(spec.name())
                .setScope(ScopeMessages.message(spec.scope()))
                .setOnFailure(
                        switch (spec.onFailure()) {
                            case ROLLBACK -> dev.mulligan.proto.host.v1.OnFailure.ROLLBACK;
                            case KEEP -> dev.mulligan.proto.host.v1.OnFailure.KEEP;
                        })
                .putAllLabels(spec.labels())
                .setKeepSandbox(spec.keepSandbox());
        spec.lineage().parent().map(TaskId::value).ifPresent(message::setParentTaskId);
        spec.lineage().thread().map(ThreadName::value).ifPresent(message::setThread);
        switch (spec.place()) {
            case TaskPlace.NewSandbox(String image) -> message.setImage(image);
            case TaskPlace.ExistingSandbox(String sandbox) -> message.setSandbox(sandbox);
        }
        spec.calls().forEach(call -> message.addCalls(CallMessages.message(call)));
        return message.build();
    }
}
