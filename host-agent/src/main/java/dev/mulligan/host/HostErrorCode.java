package dev.mulligan.host;

/**
 * What can go wrong, by name: the {@code reason} of the {@code google.rpc.ErrorInfo} that clients receive. Names are
 * part of the contract: they are added, never renamed.
 */
public enum HostErrorCode {
    // The request.
    INVALID_ARGUMENT(Kind.INVALID),
    BAD_TASK(Kind.INVALID),
    BAD_SCOPE(Kind.INVALID),
    BAD_PATH(Kind.INVALID),
    BAD_CONFIG(Kind.INVALID),
    BAD_RECIPE(Kind.INVALID),
    UNSUPPORTED_BASE(Kind.INVALID),
    // What it names.
    UNKNOWN_TASK(Kind.NOT_FOUND),
    UNKNOWN_SANDBOX(Kind.NOT_FOUND),
    UNKNOWN_CHECKPOINT(Kind.NOT_FOUND),
    NO_CHECKPOINT(Kind.NOT_FOUND),
    UNKNOWN_IMAGE(Kind.NOT_FOUND),
    UNKNOWN_RECIPE(Kind.NOT_FOUND),
    UNKNOWN_TEMPLATE(Kind.NOT_FOUND),
    UNKNOWN_APPROVAL(Kind.NOT_FOUND),
    UNKNOWN_SCOPE(Kind.NOT_FOUND),
    UNKNOWN_CHANGES(Kind.NOT_FOUND),
    NO_SUCH_FILE(Kind.NOT_FOUND),
    NO_SUCH_PROGRAM(Kind.NOT_FOUND),
    NAME_TAKEN(Kind.EXISTS),
    FILE_EXISTS(Kind.EXISTS),
    // What is allowed.
    SCOPE_DENIED(Kind.DENIED),
    FILE_DENIED(Kind.DENIED),
    UNAUTHENTICATED(Kind.UNAUTHENTICATED),
    // The state it meets.
    TASK_RUNNING(Kind.PRECONDITION),
    ROLLBACK_RUNNING(Kind.PRECONDITION),
    SANDBOX_BROKEN(Kind.PRECONDITION),
    SANDBOX_BUSY(Kind.PRECONDITION),
    CHECKPOINT_IN_USE(Kind.PRECONDITION),
    CHECKPOINT_UNUSABLE(Kind.PRECONDITION),
    IMAGE_IN_USE(Kind.PRECONDITION),
    TEMPLATE_IN_USE(Kind.PRECONDITION),
    FILE_CONFLICT(Kind.PRECONDITION),
    NO_DOCKER(Kind.PRECONDITION),
    MISSING_PROGRAM(Kind.PRECONDITION),
    STATE_IN_USE(Kind.PRECONDITION),
    UNSUPPORTED(Kind.PRECONDITION),
    APPROVAL_DECIDED(Kind.PRECONDITION),
    APPROVAL_CHANGED(Kind.PRECONDITION),
    // What happened meanwhile.
    ROLLED_BACK(Kind.ABORTED),
    BUILD_FAILED(Kind.ABORTED),
    INTERRUPTED(Kind.ABORTED),
    CANCELLED(Kind.CANCELLED),
    // What ran out.
    QUEUE_FULL(Kind.EXHAUSTED),
    HOST_MEMORY(Kind.EXHAUSTED),
    HOST_DISK_FULL(Kind.EXHAUSTED),
    GUEST_EXHAUSTED(Kind.EXHAUSTED),
    CHANGES_LIMIT(Kind.EXHAUSTED),
    OUTPUT_LIMIT(Kind.EXHAUSTED),
    TIME_LIMIT(Kind.DEADLINE),
    // What is not there, or not well.
    NO_HOST_AGENT(Kind.UNAVAILABLE),
    NO_HYPERVISOR(Kind.UNAVAILABLE),
    GUEST_UNREACHABLE(Kind.UNAVAILABLE),
    /** It said what the protocol does not allow: damaged, or hostile. */
    GUEST_MISBEHAVED(Kind.ABORTED),
    AUDIT_UNAVAILABLE(Kind.UNAVAILABLE),
    STORE_UNAVAILABLE(Kind.UNAVAILABLE),
    SHUTTING_DOWN(Kind.UNAVAILABLE),
    INTERNAL(Kind.INTERNAL);

    private final Kind kind;

    HostErrorCode(Kind kind) {
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** The families that a client can act on; each stands for one gRPC status and one exit code. */
    public enum Kind {
        INVALID,
        NOT_FOUND,
        EXISTS,
        DENIED,
        UNAUTHENTICATED,
        PRECONDITION,
        ABORTED,
        CANCELLED,
        EXHAUSTED,
        DEADLINE,
        UNAVAILABLE,
        INTERNAL
    }
}
