package dev.mulligan.host.task;

import dev.mulligan.host.Bell;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.task.EventRows.Row;
import dev.mulligan.host.task.TaskEvent.CallEnded;
import dev.mulligan.host.task.TaskEvent.Output;
import dev.mulligan.host.task.TaskEvent.OutputDropped;
import dev.mulligan.host.task.TaskEvent.StateChanged;
import dev.mulligan.host.task.Tasks.TaskListener;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One watcher of one task, on a thread of its own: reads what is kept, waits for more. */
final class Watch implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

    /** Events that are read at once: with output that is at most 2 MiB of memory for each watcher. */
    private static final int PAGE = 32;

    private final TaskEvents events;
    private final Supplier<Task> journal;
    private final TaskId id;
    private final TaskListener listener;
    private long next;
    /** Bytes of output until which this watcher has been told. */
    private long told;

    private long dropped;
    private Instant droppedTime = Instant.EPOCH;
    private boolean ended;

    Watch(TaskEvents events, Supplier<Task> journal, long fromSequence, TaskListener listener) {
        this.events = events;
        this.journal = journal;
        this.id = journal.get().id();
        this.next = Math.max(fromSequence, 1);
        this.listener = listener;
    }

    @Override
    public void run() {
        try (Bell.Ear ear = events.listen(id)) {
            while (!ended) {
                ear.reset();
                Task task = journal.get();
                boolean over = task.state().ended() && !events.ending(id);
                List<Row> rows = events.read(id, next, PAGE);
                for (Row row : rows) {
                    deliver(row, task);
                }
                if (rows.isEmpty()) {
                    tellDropped();
                    if (over) {
                        // Its last event was lost in a power cut, or lies before what the watcher asked for.
                        break;
                    }
                    ear.await();
                }
            }
            listener.ended();
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failure) {
            LOG.info("A watcher of task {} is gone: {}", id, failure.toString());
        }
    }

    private void deliver(Row row, Task task) {
        next = row.sequence() + 1;
        if (row.output() && !row.kept()) {
            // What is in it may have been told before it was dropped.
            dropped += row.position() + row.size() - Math.max(row.position(), told);
            droppedTime = row.time();
            told = row.position() + row.size();
            return;
        }
        tellDropped(row.sequence() - 1);
        if (row.output()) {
            told = row.position() + row.size();
            OutputStreamName stream = OutputStreamName.valueOf(Objects.requireNonNull(row.stream()));
            listener.event(new Output(row.sequence(), row.time(), row.call(), stream, row.body()));
            return;
        }
        TaskEvent event = EventBody.event(row.sequence(), row.time(), row.kind(), row.text(), task);
        listener.event(event instanceof CallEnded end ? withResults(end) : event);
        ended = event instanceof StateChanged changed && changed.task().state().ended();
    }

    /** Read one by one, and not with the page: they may be large. */
    private CallEnded withResults(CallEnded end) {
        return new CallEnded(
                end.sequence(),
                end.time(),
                end.result(),
                events.results(id, end.result().index()));
    }

    private void tellDropped() {
        tellDropped(next - 1);
    }

    private void tellDropped(long sequence) {
        if (dropped > 0) {
            listener.event(new OutputDropped(sequence, droppedTime, dropped));
            dropped = 0;
        }
    }
}
