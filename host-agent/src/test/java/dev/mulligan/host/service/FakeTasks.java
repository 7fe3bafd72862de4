package dev.mulligan.host.service;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.task.OutputStreamName;
import dev.mulligan.host.task.Task;
import dev.mulligan.host.task.TaskEvent;
import dev.mulligan.host.task.TaskSpec;
import dev.mulligan.host.task.TaskState;
import dev.mulligan.host.task.Tasks;
import dev.mulligan.proto.host.v1.ShellCall;
import dev.mulligan.proto.host.v1.ToolCall;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** Tasks that stay as they were dispatched; watching one prints without end, or to an end if its name is "ends". */
final class FakeTasks implements Tasks {
    final Map<TaskId, Task> tasks = new ConcurrentHashMap<>();
    final AtomicLong delivered = new AtomicLong();
    final CountDownLatch watchClosed = new CountDownLatch(1);

    @Override
    public Dispatched dispatch(Optional<TaskId> id, TaskSpec spec, Actor actor) {
        TaskId chosen = id.orElse(new TaskId("t-" + tasks.size()));
        Task task = new Task(
                chosen,
                spec,
                actor,
                TaskState.QUEUED,
                Optional.empty(),
                Optional.empty(),
                Instant.EPOCH,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                "",
                false);
        Task first = tasks.putIfAbsent(chosen, task);
        return new Dispatched(first == null ? task : first, first != null);
    }

    /** One that has ended, or not. */
    void put(String id, TaskState state) {
        TaskId chosen = new TaskId(id);
        tasks.put(
                chosen,
                new Task(
                        chosen,
                        TaskMessages.spec(dev.mulligan.proto.host.v1.TaskSpec.newBuilder()
                                .addCalls(ToolCall.newBuilder()
                                        .setShell(ShellCall.newBuilder().setCommand("true")))
                                .build()),
                        Actor.HOST,
                        state,
                        Optional.empty(),
                        Optional.empty(),
                        Instant.EPOCH,
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        "",
                        false));
    }

    @Override
    public Task get(TaskId id) {
        Task task = tasks.get(id);
        if (task == null) {
            throw HostException.of(HostErrorCode.UNKNOWN_TASK, "unknown task")
                    .value(id)
                    .build();
        }
        return task;
    }

    @Override
    public Page list(TaskFilter filter, int pageSize, String pageToken) {
        return new Page(tasks.values().stream().limit(pageSize).toList(), "");
    }

    @Override
    public AutoCloseable watch(TaskId id, long fromSequence, TaskListener listener) {
        boolean ends = get(id).spec().name().equals("ends");
        Thread thread = Thread.ofVirtual().start(() -> {
            for (long sequence = Math.max(1, fromSequence);
                    !Thread.currentThread().isInterrupted();
                    sequence++) {
                if (ends && sequence > 3) {
                    listener.ended();
                    return;
                }
                byte[] data = new byte[32 << 10];
                try {
                    listener.event(new TaskEvent.Output(sequence, Instant.EPOCH, 0, OutputStreamName.STDOUT, data));
                } catch (HostException nobodyListens) {
                    return;
                }
                delivered.addAndGet(data.length);
            }
        });
        return () -> {
            thread.interrupt();
            thread.join();
            watchClosed.countDown();
        };
    }

    @Override
    public Task cancel(TaskId id, Actor actor) {
        return get(id);
    }
}
