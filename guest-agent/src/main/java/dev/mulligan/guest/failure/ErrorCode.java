package dev.mulligan.guest.failure;

import io.grpc.Status;

/** Why the guest agent did not do what it was asked, with the gRPC status that says so. */
public enum ErrorCode {
    INVALID_ARGUMENT(Status.Code.INVALID_ARGUMENT),
    NOT_FOUND(Status.Code.NOT_FOUND),
    ALREADY_EXISTS(Status.Code.ALREADY_EXISTS),
    PERMISSION_DENIED(Status.Code.PERMISSION_DENIED),
    FAILED_PRECONDITION(Status.Code.FAILED_PRECONDITION),
    RESOURCE_EXHAUSTED(Status.Code.RESOURCE_EXHAUSTED),
    UNIMPLEMENTED(Status.Code.UNIMPLEMENTED),
    CANCELLED(Status.Code.CANCELLED),
    INTERNAL(Status.Code.INTERNAL);

    private final Status.Code status;

    ErrorCode(Status.Code status) {
        this.status = status;
    }

    Status status() {
        return status.toStatus();
    }
}
