package dev.mulligan.host.service;

import dev.mulligan.host.HostException;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.ThreadName;
import dev.mulligan.host.sandbox.Sandboxes;
import dev.mulligan.host.task.TaskEvent;
import dev.mulligan.host.task.TaskState;
import dev.mulligan.host.task.Tasks;
import dev.mulligan.proto.host.v1.CancelTaskRequest;
import dev.mulligan.proto.host.v1.CancelTaskResponse;
import dev.mulligan.proto.host.v1.DispatchRequest;
import dev.mulligan.proto.host.v1.DispatchResponse;
import dev.mulligan.proto.host.v1.GetTaskRequest;
import dev.mulligan.proto.host.v1.GetTaskResponse;
import dev.mulligan.proto.host.v1.ListTasksRequest;
import dev.mulligan.proto.host.v1.ListTasksResponse;
import dev.mulligan.proto.host.v1.TaskServiceGrpc;
import dev.mulligan.proto.host.v1.WatchTaskRequest;
import dev.mulligan.proto.host.v1.WatchTaskResponse;
import io.grpc.stub.StreamObserver;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** {@code TaskService}. */
final class GrpcTasks extends TaskServiceGrpc.TaskServiceImplBase {
    private static final int DEFAULT_PAGE = 100;
    private static final int LARGEST_PAGE = 1000;

    private final Tasks tasks;
    private final SandboxNames names;
    private final Calls calls;

    GrpcTasks(Tasks tasks, Sandboxes sandboxes, Calls calls) {
        this.tasks = tasks;
        this.names = new SandboxNames(sandboxes);
        this.calls = calls;
    }

    @Override
    public void dispatch(DispatchRequest request, StreamObserver<DispatchResponse> observer) {
        Caller caller = Caller.current();
        calls.answer(observer, () -> {
            Optional<TaskId> id =
                    request.getTaskId().isEmpty() ? Optional.empty() : Optional.of(new TaskId(request.getTaskId()));
            Tasks.Dispatched dispatched = tasks.dispatch(id, TaskMessages.spec(request.getTask()), caller.actor());
            return DispatchResponse.newBuilder()
                    .setTask(TaskMessages.message(dispatched.task()))
                    .setExisting(dispatched.existing())
                    .build();
        });
    }

    @Override
    public void get(GetTaskRequest request, StreamObserver<GetTaskResponse> observer) {
        calls.answer(
                observer,
                () -> GetTaskResponse.newBuilder()
                        .setTask(TaskMessages.message(tasks.get(id(request.getTaskId()))))
                        .build());
    }

    @Override
    public void list(ListTasksRequest request, StreamObserver<ListTasksResponse> observer) {
        calls.answer(observer, () -> {
            int size = Field.between("page_size", request.getPageSize(), 0, LARGEST_PAGE);
            Tasks.Page page = tasks.list(filter(request), size == 0 ? DEFAULT_PAGE : size, request.getPageToken());
            ListTasksResponse.Builder response = ListTasksResponse.newBuilder().setNextPageToken(page.nextPageToken());
            page.tasks().forEach(task -> response.addTasks(TaskMessages.message(task)));
            return response.build();
        });
    }

    @Override
    public void watch(WatchTaskRequest request, StreamObserver<WatchTaskResponse> observer) {
        calls.stream(observer, sender -> {
            long from = Field.notNegative("from_sequence", request.getFromSequence());
            Watcher watcher = new Watcher(sender);
            AutoCloseable watch = tasks.watch(id(request.getTaskId()), from, watcher);
            try {
                watcher.over.await();
            } finally {
                watch.close();
            }
        });
    }

    @Override
    public void cancel(CancelTaskRequest request, StreamObserver<CancelTaskResponse> observer) {
        Caller caller = Caller.current();
        // Only the waiting is given up with the call: the task has been asked to stop, and does.
        calls.stream(
                observer,
                sender -> sender.send(CancelTaskResponse.newBuilder()
                        .setTask(TaskMessages.message(tasks.cancel(id(request.getTaskId()), caller.actor())))
                        .build()));
    }

    private Tasks.TaskFilter filter(ListTasksRequest request) {
        Set<TaskState> states = EnumSet.noneOf(TaskState.class);
        request.getStatesList().forEach(state -> states.add(TaskMessages.state("states", state)));
        Optional<SandboxId> sandbox =
                Field.optional("sandbox", request.getSandbox()).map(names::idOf);
        return new Tasks.TaskFilter(
                states,
                sandbox,
                Field.labels("labels", request.getLabelsMap()),
                Field.optional("thread", request.getThread()).map(ThreadName::new));
    }

    private static TaskId id(String text) {
        return new TaskId(Field.required("task_id", text));
    }

    /** Hands events on as fast as the client takes them. */
    private static final class Watcher implements Tasks.TaskListener {
        final CountDownLatch over = new CountDownLatch(1);
        private final Sender<WatchTaskResponse> sender;

        Watcher(Sender<WatchTaskResponse> sender) {
            this.sender = sender;
        }

        @Override
        public void event(TaskEvent event) {
            try {
                sender.send(TaskEventMessages.message(event));
            } catch (HostException clientIsGone) {
                over.countDown();
                // Ends the delivery at once, not when the call's own thread gets to close the watch.
                throw clientIsGone;
            }
        }

        @Override
        public void ended() {
            over.countDown();
        }
    }
}
