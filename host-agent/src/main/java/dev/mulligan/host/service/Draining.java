package dev.mulligan.host.service;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Refuses new calls once the host agent shuts down; those that run may end. */
final class Draining implements ServerInterceptor {
    private final StatusMapper mapper;
    private final AtomicBoolean draining = new AtomicBoolean();

    Draining(StatusMapper mapper) {
        this.mapper = mapper;
    }

    /** Whether this was the first time. */
    boolean begin() {
        return draining.compareAndSet(false, true);
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        String service = String.valueOf(call.getMethodDescriptor().getServiceName());
        if (!draining.get() || !service.startsWith("mulligan.")) {
            return next.startCall(call, headers);
        }
        StatusRuntimeException status =
                mapper.map(HostException.of(HostErrorCode.SHUTTING_DOWN, "the host agent is shutting down")
                        .remedy("start it again with 'mulligan up'")
                        .build());
        Metadata trailers = status.getTrailers();
        call.close(status.getStatus(), trailers == null ? new Metadata() : trailers);
        return new ServerCall.Listener<>() {};
    }
}
