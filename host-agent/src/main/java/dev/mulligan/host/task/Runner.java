package dev.mulligan.host.task;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.task.Lanes.Turn;
import dev.mulligan.host.task.Tasks.Dispatched;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives each task its turn, a thread, and its end. */
final class Runner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Runner.class);

    private final TaskParts parts;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Lanes lanes;
    private final Map<TaskId, StopSignal> running = new HashMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);

    Runner(TaskParts parts) {
        this.parts = parts;
        this.lanes = new Lanes(parts.options().parallelism());
    }

    void start() {
        List<TaskRecord> unfinished = parts.journal().unfinished();
        lock.lock();
        try {
            // First those that ran: they have their places already, and settle before anyone else gets their sandbox.
            for (TaskRecord record : unfinished) {
                TaskId id = record.task().id();
                if (begun(record)) {
                    lanes.take(id, record.lane());
                    record.task().sandbox().ifPresent(own -> lanes.hold(id, own));
                    holdAgain(record.task());
                    launch(new Turn(id, record.lane()), waits(record) ? this::goOn : this::endInterrupted);
                } else {
                    lanes.add(id, record.lane());
                }
            }
            launchReady();
        } finally {
            lock.unlock();
        }
    }

    /** Before anybody can ask for anything: what it ran in, and its way back, are its own until it is settled. */
    private void holdAgain(Task task) {
        try {
            task.sandbox().ifPresent(own -> parts.sandboxes().hold(own, task.id(), task.before()));
        } catch (HostException notThere) {
            LOG.info("Task {} ends without its sandbox: {}", task.id(), notThere.getMessage());
        }
    }

    /** It ran, or it was being cancelled. */
    private static boolean begun(TaskRecord record) {
        return record.task().state() == TaskState.RUNNING || record.verdict().isPresent();
    }

    /** It waited for a person, or was answered and had not begun: nothing of the call was done. */
    private boolean waits(TaskRecord record) {
        Task task = record.task();
        return record.verdict().isEmpty()
                && task.sandbox().isPresent()
                && parts.approvals().pending(task.id()).isPresent();
    }

    /** @param journal makes the task known; once it has returned, the task will run */
    Dispatched enqueue(TaskId id, Optional<SandboxId> lane, Runnable journal) {
        lock.lock();
        try {
            Optional<TaskRecord> first = parts.journal().find(id);
            if (first.isPresent()) {
                return new Dispatched(first.get().task(), true);
            }
            requireRoom();
            journal.run();
            // Before anything else can fail: what is in the journal gets its turn.
            lanes.add(id, lane);
            try {
                Task task = parts.journal().find(id).orElseThrow().task();
                tellQueued(task);
                return new Dispatched(task, false);
            } finally {
                launchReady();
            }
        } finally {
            lock.unlock();
        }
    }

    /** An event that can't be kept is no reason to say that the task was not taken. */
    private void tellQueued(Task task) {
        try {
            parts.events().append(task.id(), new EventBody.State(task));
        } catch (RuntimeException notKept) {
            LOG.warn("Task {} waits, and its watchers are not told: {}", task.id(), notKept.getMessage());
        }
    }

    private void requireRoom() {
        if (closing.getCount() == 0) {
            throw HostException.of(HostErrorCode.SHUTTING_DOWN, "the host agent takes no more tasks")
                    .remedy("try again when it has been started anew")
                    .build();
        }
        if (lanes.waiting() >= parts.options().waiting()) {
            throw HostException.of(HostErrorCode.QUEUE_FULL, "tasks waiting")
                    .value(lanes.waiting())
                    .expected("fewer than " + parts.options().waiting())
                    .remedy("wait until some have ended, or cancel some")
                    .build();
        }
    }

    /** With the lock held. */
    private void launchReady() {
        while (closing.getCount() > 0) {
            Optional<Turn> next = lanes.next();
            if (next.isEmpty()) {
                return;
            }
            launch(next.get(), this::run);
        }
    }

    /** With the lock held. */
    private void launch(Turn turn, BiConsumer<TaskId, StopSignal> work) {
        StopSignal stop = new StopSignal();
        running.put(turn.task(), stop);
        parts.threads()
                .newThread(() -> {
                    try {
                        work.accept(turn.task(), stop);
                    } finally {
                        over(turn);
                    }
                })
                .start();
    }

    private void run(TaskId id, StopSignal stop) {
        TaskRecord record;
        try {
            record = parts.journal().find(id).orElseThrow();
        } catch (RuntimeException unreadable) {
            endByHost(id, Verdict.of(TaskState.FAILED, "the journal could not be read: " + unreadable));
            return;
        }
        if (record.verdict().isPresent()) {
            // It was cancelled while it waited, but its end could not be recorded or told then.
            endByHost(id, Verdict.of(record.verdict().get(), record.task().reason()));
            return;
        }
        run(record, stop);
    }

    /** From the call that waits on. */
    private void goOn(TaskId id, StopSignal stop) {
        run(parts.journal().find(id).orElseThrow(), stop);
    }

    private void run(TaskRecord record, StopSignal stop) {
        TaskId id = record.task().id();
        new TaskRun(parts, record, stop, sandbox -> hold(id, sandbox))
                .run((verdict, release) ->
                        settle(new Settlement(parts, id, verdict, record.task().actor(), release), id));
    }

    private void endInterrupted(TaskId id, StopSignal stop) {
        endByHost(id, Verdict.of(TaskState.INTERRUPTED, "the host agent was stopped while the task ran"));
    }

    private void endByHost(TaskId id, Verdict verdict) {
        settle(new Settlement(parts, id, verdict, Actor.HOST, () -> {}), id);
    }

    /** Until it is settled: a task whose end can't be recorded keeps its sandbox to itself. */
    private void settle(Settlement settlement, TaskId id) {
        while (true) {
            try {
                settlement.settle();
                return;
            } catch (HostException failure) {
                LOG.error("Task {} can't be ended yet: {}", id, failure.getMessage());
            } catch (RuntimeException unexpected) {
                LOG.error("Task {} can't be ended yet", id, unexpected);
            }
            if (isClosing(parts.options().retry())) {
                return;
            }
        }
    }

    private boolean isClosing(Duration atMost) {
        try {
            return closing.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException nobodyDoes) {
            return true;
        }
    }

    private void hold(TaskId id, SandboxId sandbox) {
        lock.lock();
        try {
            lanes.hold(id, sandbox);
        } finally {
            lock.unlock();
        }
    }

    private void over(Turn turn) {
        lock.lock();
        try {
            running.remove(turn.task());
            lanes.release(turn.task(), turn.lane());
            changed.signalAll();
            launchReady();
        } finally {
            lock.unlock();
        }
    }

    /** Stops the task if it waits or runs, and waits until it has ended. */
    void cancel(TaskId id, Actor actor) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            if (lanes.waits(id)) {
                new Settlement(parts, id, Verdict.of(TaskState.CANCELLED, "cancelled before it ran"), actor, () -> {})
                        .settle();
                lanes.remove(id);
                return;
            }
            @Nullable StopSignal signal = running.get(id);
            if (signal != null) {
                signal.stop(StopSignal.Reason.CANCELLED);
            }
            while (running.containsKey(id)) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Begins nothing any more, and gives what runs so long to end by itself. */
    void drain(Duration grace) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            closing.countDown();
            parts.approvals().leave();
            long patience = grace.toNanos();
            while (!running.isEmpty() && patience > 0) {
                patience = changed.awaitNanos(patience);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Interrupts what runs and waits for it, for a bounded time; what waits stays in the journal. */
    @Override
    public void close() {
        lock.lock();
        try {
            closing.countDown();
            parts.approvals().leave();
            running.values().forEach(signal -> signal.stop(StopSignal.Reason.SHUTTING_DOWN));
            long patience = parts.options().shutdown().toNanos();
            while (!running.isEmpty() && patience > 0) {
                patience = changed.awaitNanos(patience);
            }
            if (!running.isEmpty()) {
                LOG.warn("Left to the next start: {}", running.keySet());
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
