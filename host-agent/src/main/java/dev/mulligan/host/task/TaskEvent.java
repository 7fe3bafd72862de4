package dev.mulligan.host.task;

import dev.mulligan.host.guest.MimeBundle;
import dev.mulligan.host.scope.Tool;
import dev.mulligan.vm.CheckpointId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Something that happened to a task.
 *
 * <p>{@link #sequence()} counts from 1, without gaps but for dropped output; {@link #time()} is the host's.
 */
public sealed interface TaskEvent {
    long sequence();

    Instant time();

    /** The task as it is from now on. */
    record StateChanged(long sequence, Instant time, Task task) implements TaskEvent {}

    /** The call is about to run: decided, recorded, its checkpoint taken. */
    record CallStarted(long sequence, Instant time, int index, Tool tool, Optional<CheckpointId> checkpoint)
            implements TaskEvent {}

    /** 1 to 65,536 bytes, as the tool wrote them. The array is the receiver's to keep. */
    @SuppressWarnings("ArrayRecordComponent") // A chunk of a stream: handed on, never compared.
    record Output(long sequence, Instant time, int index, OutputStreamName stream, byte[] data) implements TaskEvent {}

    /**
     * The call has ended.
     *
     * @param results what it returned, as far as that is kept
     */
    record CallEnded(long sequence, Instant time, CallResult result, List<MimeBundle> results) implements TaskEvent {}

    /**
     * In place of so many bytes of output that are no longer kept; its sequence is the last of what is missing. A
     * watcher that begins in the midst of what is missing is told all of it: nobody knows any more how much was before.
     */
    record OutputDropped(long sequence, Instant time, long bytes) implements TaskEvent {}

    /** A step worth showing: "starting a sandbox". */
    record Progress(long sequence, Instant time, String message) implements TaskEvent {}
}
