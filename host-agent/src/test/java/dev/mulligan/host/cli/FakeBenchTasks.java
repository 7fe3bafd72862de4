package dev.mulligan.host.cli;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.mulligan.proto.host.v1.DispatchRequest;
import dev.mulligan.proto.host.v1.DispatchResponse;
import dev.mulligan.proto.host.v1.Folder;
import dev.mulligan.proto.host.v1.Task;
import dev.mulligan.proto.host.v1.TaskServiceGrpc;
import dev.mulligan.proto.host.v1.TaskSpec;
import dev.mulligan.proto.host.v1.TaskState;
import dev.mulligan.proto.host.v1.ToolCall;
import dev.mulligan.proto.host.v1.WatchTaskRequest;
import dev.mulligan.proto.host.v1.WatchTaskResponse;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Tasks of the benchmark that succeed at once: they see the folder that they were granted, and write nothing. */
final class FakeBenchTasks extends TaskServiceGrpc.TaskServiceImplBase {
    private static final int PRINTED = 16;

    private final Map<String, TaskSpec> dispatched = new ConcurrentHashMap<>();
    private volatile boolean blind;

    /** From now on tasks do not see what is in their folders. */
    void printNothingOfFolders() {
        blind = true;
    }

    /** How many changes a task was told to make. */
    int changes(String task) {
        TaskSpec spec = dispatched.getOrDefault(task, TaskSpec.getDefaultInstance());
        return Integer.parseInt(spec.getCalls(0).getPython().getArguments(1));
    }

    @Override
    public void dispatch(DispatchRequest request, StreamObserver<DispatchResponse> responses) {
        String id = "task-" + (dispatched.size() + 1);
        dispatched.put(id, request.getTask());
        FakeBenchHost.answer(
                responses,
                DispatchResponse.newBuilder()
                        .setTask(Task.newBuilder().setId(id))
                        .build());
    }

    @Override
    public void watch(WatchTaskRequest request, StreamObserver<WatchTaskResponse> responses) {
        TaskSpec spec = dispatched.getOrDefault(request.getTaskId(), TaskSpec.getDefaultInstance());
        if (spec.getScope().getFoldersCount() > 0) {
            responses.onNext(step("packing " + spec.getScope().getFolders(0).getPath()));
        }
        responses.onNext(step("taking the checkpoint \"before\""));
        if (spec.getCalls(0).hasShell()) {
            responses.onNext(event().setOutput(WatchTaskResponse.CallOutput.newBuilder()
                            .setData(printed(spec.getScope().getFoldersList(), spec.getCalls(0))))
                    .build());
        }
        responses.onNext(event().setCallEnded(WatchTaskResponse.CallEnded.getDefaultInstance())
                .build());
        FakeBenchHost.answer(
                responses,
                event().setStateChanged(WatchTaskResponse.StateChanged.newBuilder()
                                .setTask(Task.newBuilder().setState(TaskState.SUCCEEDED)))
                        .build());
    }

    /** The first bytes of the file, where it is in a folder. */
    private ByteString printed(List<Folder> folders, ToolCall call) {
        String file = call.getShell().getArguments().getValuesList().getLast();
        for (Folder folder : folders) {
            if (!blind && file.startsWith(folder.getSandboxPath() + "/")) {
                Path here = Path.of(
                        folder.getPath(), file.substring(folder.getSandboxPath().length()));
                try (InputStream content = Files.newInputStream(here)) {
                    return ByteString.copyFrom(content.readNBytes(PRINTED));
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            }
        }
        return ByteString.copyFromUtf8("x".repeat(PRINTED));
    }

    private static WatchTaskResponse step(String message) {
        return event().setProgress(WatchTaskResponse.Progress.newBuilder().setMessage(message))
                .build();
    }

    private static WatchTaskResponse.Builder event() {
        Instant now = Instant.now();
        return WatchTaskResponse.newBuilder()
                .setTime(Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()));
    }
}
