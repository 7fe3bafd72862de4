package dev.mulligan.guest.failure;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import dev.mulligan.guest.linux.KernelException;
import dev.mulligan.guest.tar.TarException;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;

/** The one place where exceptions become gRPC statuses. */
public final class Failures {
    private static final String DOMAIN = "guest.mulligan.dev";

    private Failures() {}

    /**
     * The status for a caller, with a {@link ErrorInfo} whose reason is the {@link ErrorCode}'s name, or the kernel's
     * error name.
     */
    public static StatusRuntimeException toStatus(Throwable failure) {
        return switch (failure) {
            case StatusRuntimeException status -> status;
            case StatusException status -> new StatusRuntimeException(status.getStatus(), status.getTrailers());
            case GuestException guest -> status(guest.code(), guest.code().name(), message(guest));
            case KernelException kernel -> status(codeOf(kernel), kernel.errno().toString(), message(kernel));
            case TarException tar -> status(ErrorCode.INVALID_ARGUMENT, "ARCHIVE", message(tar));
            case IOException io -> status(ErrorCode.INTERNAL, "IO", message(io));
            case InterruptedException interrupted ->
                status(ErrorCode.CANCELLED, "INTERRUPTED", "the guest agent is shutting down");
            default -> status(ErrorCode.INTERNAL, failure.getClass().getSimpleName(), failure.toString());
        };
    }

    /** What the kernel's refusal means to a caller. */
    public static ErrorCode codeOf(KernelException failure) {
        return switch (failure.errno()) {
            case ENOENT, ENODATA -> ErrorCode.NOT_FOUND;
            case EEXIST -> ErrorCode.ALREADY_EXISTS;
            case EACCES, EPERM, EROFS -> ErrorCode.PERMISSION_DENIED;
            case ENOTDIR, EISDIR, ENOTEMPTY, ELOOP, EXDEV, EBUSY, ETXTBSY -> ErrorCode.FAILED_PRECONDITION;
            case ENOSPC, EDQUOT, EMFILE, ENFILE, ENOMEM, EAGAIN, EFBIG -> ErrorCode.RESOURCE_EXHAUSTED;
            case EINVAL, ENAMETOOLONG, E2BIG, ENOEXEC -> ErrorCode.INVALID_ARGUMENT;
            case ENOSYS, EOPNOTSUPP, ENOTTY -> ErrorCode.UNIMPLEMENTED;
            case ESRCH, ECHILD, EINTR, EIO, EPIPE, OTHER -> ErrorCode.INTERNAL;
        };
    }

    private static StatusRuntimeException status(ErrorCode code, String reason, String message) {
        Status.Code grpc = code.status().getCode();
        return StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder()
                .setCode(grpc.value())
                .setMessage(message)
                .addDetails(Any.pack(ErrorInfo.newBuilder()
                        .setReason(reason)
                        .setDomain(DOMAIN)
                        .build()))
                .build());
    }

    private static String message(Throwable failure) {
        return String.valueOf(failure.getMessage());
    }
}
