package dev.mulligan.host.guest;

import io.grpc.Context.CancellableContext;
import java.util.Iterator;
import java.util.Optional;

/**
 * The answers to one question, taken one by one; what has not been taken stays in the guest. Closing it ends the call.
 * For one thread at a time.
 */
final class Answers<R> implements AutoCloseable {
    private final Iterator<R> answers;
    private final GuestCall call;
    private final GuestErrors errors;
    private final OpenStreams streams;
    private final OpenStreams.Ticket ticket;
    private final CancellableContext context;

    /** @param context cancels the call; both it and the ticket end with this */
    Answers(
            Iterator<R> answers,
            GuestCall call,
            GuestErrors errors,
            OpenStreams streams,
            OpenStreams.Ticket ticket,
            CancellableContext context) {
        this.answers = answers;
        this.call = call;
        this.errors = errors;
        this.streams = streams;
        this.ticket = ticket;
        this.context = context;
    }

    /** The next one; empty behind the last. Waits for it. */
    Optional<R> next() {
        try {
            if (!answers.hasNext()) {
                return Optional.empty();
            }
            R answer = answers.next();
            streams.sign();
            return Optional.of(answer);
        } catch (RuntimeException problem) {
            throw errors.translate(problem, call);
        }
    }

    @Override
    public void close() {
        context.cancel(null);
        ticket.close();
    }
}
