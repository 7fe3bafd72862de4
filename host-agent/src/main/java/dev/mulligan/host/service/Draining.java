package dev.mulligan.host.service;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Refuses calls until the host agent is ready, and new ones once it shuts down; those that run may end, until
 * {@link #endAll}. Left to gRPC, a call that a closing server breaks off ends as "cancelled" or as "unavailable", as it
 * happens.
 */
final class Draining implements ServerInterceptor {
    private final StatusMapper mapper;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.STARTING);
    private final Set<Running<?, ?>> running = ConcurrentHashMap.newKeySet();

    Draining(StatusMapper mapper) {
        this.mapper = mapper;
    }

    /** From now on calls are taken. */
    void open() {
        phase.compareAndSet(Phase.STARTING, Phase.SERVING);
    }

    /** Whether this was the first time. */
    boolean begin() {
        return phase.getAndSet(Phase.ENDING) != Phase.ENDING;
    }

    /** Ends every call that still runs: its client is told that the host agent is shutting down. */
    void endAll() {
        StatusRuntimeException reason = mapper.map(ending());
        running.forEach(call -> call.end(reason));
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        String service = String.valueOf(call.getMethodDescriptor().getServiceName());
        Phase now = phase.get();
        if (now != Phase.SERVING && service.startsWith("mulligan.")) {
            return mapper.refuse(call, now == Phase.ENDING ? ending() : starting());
        }
        Running<Q, R> it = new Running<>(call);
        running.add(it);
        return new SimpleForwardingServerCallListener<>(next.startCall(it, headers)) {
            @Override
            public void onCancel() {
                running.remove(it);
                super.onCancel();
            }

            @Override
            public void onComplete() {
                running.remove(it);
                if (it.ended()) {
                    super.onCancel(); // for who serves it, this is no ordinary end
                } else {
                    super.onComplete();
                }
            }
        };
    }

    private static HostException starting() {
        return HostException.of(HostErrorCode.NO_HOST_AGENT, "the host agent is still starting")
                .remedy("try again in a moment; its health says when it serves")
                .build();
    }

    private static HostException ending() {
        return HostException.of(HostErrorCode.SHUTTING_DOWN, "the host agent is shutting down")
                .remedy("start it again with 'mulligan up'")
                .build();
    }

    private enum Phase {
        STARTING,
        SERVING,
        ENDING
    }

    /** A call that either who serves it or the host agent's end closes: whoever comes first. */
    private static final class Running<Q, R> extends SimpleForwardingServerCall<Q, R> {
        private boolean closed;
        private boolean ended;

        private Running(ServerCall<Q, R> call) {
            super(call);
        }

        private synchronized void end(StatusRuntimeException reason) {
            if (!closed && !isCancelled()) {
                closed = true;
                ended = true;
                delegate().close(reason.getStatus(), StatusMapper.trailers(reason));
            }
        }

        private synchronized boolean ended() {
            return ended;
        }

        @Override
        public synchronized void sendHeaders(Metadata headers) {
            if (!ended) {
                super.sendHeaders(headers);
            }
        }

        @Override
        public synchronized void sendMessage(R message) {
            if (!ended) {
                super.sendMessage(message);
            }
        }

        @Override
        public synchronized void close(Status status, Metadata trailers) {
            if (!ended) {
                closed = true;
                super.close(status, trailers);
            }
        }
    }
}
