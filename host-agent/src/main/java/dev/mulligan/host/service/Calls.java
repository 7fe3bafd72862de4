package dev.mulligan.host.service;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadFactory;

/**
 * Runs calls: each on a thread of its own that may wait, never on gRPC's. Whatever a body throws becomes the call's
 * status.
 */
final class Calls {
    private final ThreadFactory threads;
    private final StatusMapper mapper;

    Calls(ThreadFactory threads, StatusMapper mapper) {
        this.threads = threads;
        this.mapper = mapper;
    }

    /**
     * A call with one answer. It runs to its end even if the client goes away: what it changes, it changes wholly.
     */
    <R> void answer(StreamObserver<R> observer, Callable<R> body) {
        Sender<R> sender = new Sender<>((ServerCallStreamObserver<R>) observer, () -> {});
        threads.newThread(() -> run(sender, () -> sender.send(body.call()))).start();
    }

    /** A call with any number of answers. Cancelled, its thread is interrupted. */
    <R> void stream(StreamObserver<R> observer, Body<R> body) {
        stream((ServerCallStreamObserver<R>) observer, body);
    }

    /** A call with a stream of requests. Cancelled, its thread is interrupted. */
    <Q, R> StreamObserver<Q> converse(StreamObserver<R> observer, Conversation<Q, R> body) {
        ServerCallStreamObserver<R> call = (ServerCallStreamObserver<R>) observer;
        Inbox<Q> inbox = new Inbox<>(call);
        stream(call, sender -> body.run(inbox, sender));
        return inbox;
    }

    private <R> void stream(ServerCallStreamObserver<R> observer, Body<R> body) {
        Running running = new Running();
        Sender<R> sender = new Sender<>(observer, running::cancel);
        running.start(threads.newThread(() -> run(sender, () -> body.run(sender))));
    }

    private <R> void run(Sender<R> sender, Step step) {
        try {
            step.run();
            sender.complete();
        } catch (Throwable failure) {
            sender.fail(mapper.map(failure));
        }
    }

    /** Writes the answers of a call; returns when they are all sent. */
    interface Body<R> {
        void run(Sender<R> sender) throws Exception;
    }

    /** Reads requests and writes answers. */
    interface Conversation<Q, R> {
        void run(Inbox<Q> inbox, Sender<R> sender) throws Exception;
    }

    private interface Step {
        void run() throws Exception;
    }

    /** The thread of a call, which may be cancelled before it was started. */
    private static final class Running {
        private @org.jspecify.annotations.Nullable Thread thread;
        private boolean cancelled;

        synchronized void start(Thread started) {
            thread = started;
            started.start();
            if (cancelled) {
                started.interrupt();
            }
        }

        synchronized void cancel() {
            cancelled = true;
            if (thread != null) {
                thread.interrupt();
            }
        }
    }
}
