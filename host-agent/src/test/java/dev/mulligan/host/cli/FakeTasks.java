package dev.mulligan.host.cli;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.mulligan.proto.host.v1.CallResult;
import dev.mulligan.proto.host.v1.CancelTaskRequest;
import dev.mulligan.proto.host.v1.CancelTaskResponse;
import dev.mulligan.proto.host.v1.DispatchRequest;
import dev.mulligan.proto.host.v1.DispatchResponse;
import dev.mulligan.proto.host.v1.GetTaskRequest;
import dev.mulligan.proto.host.v1.GetTaskResponse;
import dev.mulligan.proto.host.v1.ListTasksRequest;
import dev.mulligan.proto.host.v1.ListTasksResponse;
import dev.mulligan.proto.host.v1.MimeBundle;
import dev.mulligan.proto.host.v1.OutputStream;
import dev.mulligan.proto.host.v1.Task;
import dev.mulligan.proto.host.v1.TaskServiceGrpc;
import dev.mulligan.proto.host.v1.TaskState;
import dev.mulligan.proto.host.v1.Tool;
import dev.mulligan.proto.host.v1.WatchTaskRequest;
import dev.mulligan.proto.host.v1.WatchTaskResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** A task service that plays a script: what a watcher sees is written down before. */
final class FakeTasks extends TaskServiceGrpc.TaskServiceImplBase {
    final List<DispatchRequest> dispatched = new CopyOnWriteArrayList<>();
    /** What each thread has. */
    final List<Task> ofThread = new CopyOnWriteArrayList<>();

    final List<String> cancelled = new CopyOnWriteArrayList<>();
    final CountDownLatch released = new CountDownLatch(1);
    private volatile boolean deaf;
    private final Task end;
    private final boolean waits;
    private final Consumer<StreamObserver<WatchTaskResponse>> script;

    /**
     * Plays.
     *
     * @param waits the task ends only when it is cancelled or released
     */
    FakeTasks(Task end, boolean waits, Consumer<StreamObserver<WatchTaskResponse>> script) {
        this.end = end;
        this.waits = waits;
        this.script = script;
    }

    /** Hears that it is to cancel, and does nothing. */
    FakeTasks deaf() {
        deaf = true;
        return this;
    }

    static Task.Builder task(TaskState state) {
        return Task.newBuilder()
                .setId("t-1")
                .setState(state)
                .setSandboxId("sb-aaaaaaaaaa")
                .setStarted(Timestamp.newBuilder().setSeconds(100))
                .setEnded(Timestamp.newBuilder().setSeconds(102).setNanos(500_000_000));
    }

    static CallResult.Builder result(CallResult.Outcome outcome, int exitCode) {
        return CallResult.newBuilder().setTool(Tool.PYTHON).setOutcome(outcome).setExitCode(exitCode);
    }

    static WatchTaskResponse output(OutputStream stream, String text) {
        return WatchTaskResponse.newBuilder()
                .setOutput(WatchTaskResponse.CallOutput.newBuilder()
                        .setStream(stream)
                        .setData(ByteString.copyFromUtf8(text)))
                .build();
    }

    static WatchTaskResponse ended(CallResult.Builder result, MimeBundle... results) {
        return WatchTaskResponse.newBuilder()
                .setCallEnded(WatchTaskResponse.CallEnded.newBuilder()
                        .setResult(result)
                        .addAllResults(List.of(results)))
                .build();
    }

    static WatchTaskResponse progress(String message) {
        return WatchTaskResponse.newBuilder()
                .setProgress(WatchTaskResponse.Progress.newBuilder().setMessage(message))
                .build();
    }

    @Override
    public void dispatch(DispatchRequest request, StreamObserver<DispatchResponse> responses) {
        dispatched.add(request);
        responses.onNext(DispatchResponse.newBuilder()
                .setTask(Task.newBuilder()
                        .setId("t-1")
                        .setSpec(request.getTask())
                        .addAllWithheld(end.getWithheldList()))
                .build());
        responses.onCompleted();
    }

    @Override
    public void watch(WatchTaskRequest request, StreamObserver<WatchTaskResponse> responses) {
        script.accept(responses);
        if (!waits) {
            finish(responses);
            return;
        }
        Thread.ofVirtual().start(() -> {
            try {
                released.await();
                finish(responses);
            } catch (InterruptedException | StatusRuntimeException left) {
                // The watcher has left.
            }
        });
    }

    private void finish(StreamObserver<WatchTaskResponse> responses) {
        responses.onNext(WatchTaskResponse.newBuilder()
                .setStateChanged(WatchTaskResponse.StateChanged.newBuilder().setTask(end))
                .build());
        responses.onCompleted();
    }

    @Override
    public void cancel(CancelTaskRequest request, StreamObserver<CancelTaskResponse> responses) {
        cancelled.add(request.getTaskId());
        if (deaf) {
            return;
        }
        released.countDown();
        responses.onNext(CancelTaskResponse.newBuilder().setTask(end).build());
        responses.onCompleted();
    }

    @Override
    public void get(GetTaskRequest request, StreamObserver<GetTaskResponse> responses) {
        if (request.getTaskId().equals(end.getId())) {
            responses.onNext(GetTaskResponse.newBuilder().setTask(end).build());
            responses.onCompleted();
        } else {
            responses.onError(FakeHost.error(
                    Status.Code.NOT_FOUND,
                    "UNKNOWN_TASK",
                    "unknown task: " + request.getTaskId() + "; see 'mulligan task list'",
                    request.getTaskId(),
                    "see 'mulligan task list'"));
        }
    }

    /** Two pages of one task each; of a thread, what is said of it. */
    @Override
    public void list(ListTasksRequest request, StreamObserver<ListTasksResponse> responses) {
        if (!request.getThread().isEmpty()) {
            responses.onNext(
                    ListTasksResponse.newBuilder().addAllTasks(ofThread).build());
            responses.onCompleted();
            return;
        }
        boolean first = request.getPageToken().isEmpty();
        responses.onNext(ListTasksResponse.newBuilder()
                .addTasks(end.toBuilder().setId(first ? "t-1" : "t-2"))
                .setNextPageToken(first ? "more" : "")
                .build());
        responses.onCompleted();
    }
}
