package dev.mulligan.host.service;

import com.google.protobuf.UnsafeByteOperations;
import dev.mulligan.host.task.OutputStreamName;
import dev.mulligan.host.task.TaskEvent;
import dev.mulligan.proto.host.v1.OutputStream;
import dev.mulligan.proto.host.v1.WatchTaskResponse;
import dev.mulligan.vm.CheckpointId;

/** What watchers of a task receive. */
final class TaskEventMessages {
    private TaskEventMessages() {}

    static WatchTaskResponse message(TaskEvent event) {
        WatchTaskResponse.Builder message =
                WatchTaskResponse.newBuilder().setSequence(event.sequence()).setTime(Times.timestamp(event.time()));
        switch (event) {
            case TaskEvent.StateChanged changed ->
                message.setStateChanged(
                        WatchTaskResponse.StateChanged.newBuilder().setTask(TaskMessages.message(changed.task())));
            case TaskEvent.CallStarted started ->
                message.setCallStarted(WatchTaskResponse.CallStarted.newBuilder()
                        .setIndex(started.index())
                        .setTool(ScopeMessages.message(started.tool()))
                        .setCheckpointId(
                                started.checkpoint().map(CheckpointId::value).orElse("")));
            case TaskEvent.Output output ->
                message.setOutput(WatchTaskResponse.CallOutput.newBuilder()
                        .setIndex(output.index())
                        .setStream(stream(output.stream()))
                        // The array is ours to keep, and nobody writes to it any more.
                        .setData(UnsafeByteOperations.unsafeWrap(output.data())));
            case TaskEvent.CallEnded ended ->
                message.setCallEnded(WatchTaskResponse.CallEnded.newBuilder()
                        .setResult(TaskMessages.message(ended.result()))
                        .addAllResults(EvaluateMessages.results(ended.results())));
            case TaskEvent.OutputDropped dropped ->
                message.setOutputDropped(
                        WatchTaskResponse.OutputDropped.newBuilder().setBytes(dropped.bytes()));
            case TaskEvent.Progress progress ->
                message.setProgress(WatchTaskResponse.Progress.newBuilder().setMessage(progress.message()));
        }
        return message.build();
    }

    private static OutputStream stream(OutputStreamName name) {
        return switch (name) {
            case STDOUT -> OutputStream.STDOUT;
            case STDERR -> OutputStream.STDERR;
        };
    }
}
