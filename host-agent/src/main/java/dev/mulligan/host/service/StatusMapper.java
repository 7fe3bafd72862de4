package dev.mulligan.host.service;

import com.google.protobuf.Any;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.image.ImageFailures;
import dev.mulligan.host.sandbox.VmFailures;
import dev.mulligan.image.ImageException;
import dev.mulligan.vm.VmException;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From any failure to the status that the client receives: a {@code google.rpc.Status} with an {@code ErrorInfo} of the
 * domain {@code mulligan.dev}. What was not foreseen is logged, and the client gets its number in the log only.
 */
final class StatusMapper {
    static final String DOMAIN = "mulligan.dev";

    private static final Logger logger = LoggerFactory.getLogger(StatusMapper.class);

    /**
     * As {@link #weight} counts. A status travels in HTTP/2 headers, twice (once percent-encoded, once in base64), and
     * clients refuse more than 8 KiB of those.
     */
    private static final int LONGEST_MESSAGE = 2400;

    private static final int LONGEST_DETAIL = 500;
    private static final int WIDEST = 9;

    StatusRuntimeException map(Throwable failure) {
        return switch (failure) {
            case HostException known -> status(known);
            case VmException machine -> status(VmFailures.translate(machine));
            case ImageException image -> status(ImageFailures.translate(image));
            case StatusRuntimeException already -> already;
            case InterruptedException cancelled ->
                status(HostException.of(HostErrorCode.CANCELLED, "the call was cancelled")
                        .cause(cancelled)
                        .build());
            default -> unforeseen(failure);
        };
    }

    /** Ends a call before anybody serves it. */
    <Q> ServerCall.Listener<Q> refuse(ServerCall<Q, ?> call, HostException reason) {
        StatusRuntimeException status = map(reason);
        call.close(status.getStatus(), trailers(status));
        return new ServerCall.Listener<>() {};
    }

    /** What travels behind a status: its details. */
    static Metadata trailers(StatusRuntimeException status) {
        Metadata trailers = status.getTrailers();
        return trailers == null ? new Metadata() : trailers;
    }

    private static StatusRuntimeException unforeseen(Throwable failure) {
        String incident = UUID.randomUUID().toString();
        logger.error("internal error {}", incident, failure);
        return status(HostException.of(HostErrorCode.INTERNAL, "internal error")
                .value(incident)
                .remedy("look for it in the host agent's log, and report it")
                .build());
    }

    private static StatusRuntimeException status(HostException failure) {
        ErrorInfo info = ErrorInfo.newBuilder()
                .setDomain(DOMAIN)
                .setReason(failure.code().name())
                .putMetadata("value", abbreviate(failure.value(), LONGEST_DETAIL))
                .putMetadata("expected", abbreviate(failure.expected(), LONGEST_DETAIL))
                .putMetadata("remedy", abbreviate(failure.remedy(), LONGEST_DETAIL))
                .build();
        return StatusProto.toStatusRuntimeException(Status.newBuilder()
                .setCode(code(failure.code().kind()).getNumber())
                .setMessage(abbreviate(String.valueOf(failure.getMessage()), LONGEST_MESSAGE))
                .addDetails(Any.pack(info))
                .build());
    }

    private static Code code(HostErrorCode.Kind kind) {
        return switch (kind) {
            case INVALID -> Code.INVALID_ARGUMENT;
            case NOT_FOUND -> Code.NOT_FOUND;
            case EXISTS -> Code.ALREADY_EXISTS;
            case DENIED -> Code.PERMISSION_DENIED;
            case UNAUTHENTICATED -> Code.UNAUTHENTICATED;
            case PRECONDITION -> Code.FAILED_PRECONDITION;
            case ABORTED -> Code.ABORTED;
            case CANCELLED -> Code.CANCELLED;
            case EXHAUSTED -> Code.RESOURCE_EXHAUSTED;
            case DEADLINE -> Code.DEADLINE_EXCEEDED;
            case UNAVAILABLE -> Code.UNAVAILABLE;
            case INTERNAL -> Code.INTERNAL;
        };
    }

    /** The middle goes: what it was stands first, and the last lines of a failed step last. */
    private static String abbreviate(String text, int longest) {
        if (text.length() <= longest && text.chars().map(StatusMapper::weight).sum() <= longest) {
            return text;
        }
        int head = 0;
        for (int left = longest / 3; head < text.length(); head++) {
            left -= weight(text.charAt(head));
            if (left < 0) {
                break;
            }
        }
        int tail = text.length();
        for (int left = longest - longest / 3 - 3 * WIDEST; tail > head; tail--) {
            left -= weight(text.charAt(tail - 1));
            if (left < 0) {
                break;
            }
        }
        return text.substring(0, head) + " … " + text.substring(tail);
    }

    /** How long a character becomes when it is percent-encoded: three for each of up to three bytes. */
    private static int weight(int character) {
        return character >= ' ' && character < 127 && character != '%' ? 1 : WIDEST;
    }
}
