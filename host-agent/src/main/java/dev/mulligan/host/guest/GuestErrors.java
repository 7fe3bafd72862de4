package dev.mulligan.host.guest;

import static dev.mulligan.host.HostErrorCode.CANCELLED;
import static dev.mulligan.host.HostErrorCode.FILE_CONFLICT;
import static dev.mulligan.host.HostErrorCode.FILE_DENIED;
import static dev.mulligan.host.HostErrorCode.FILE_EXISTS;
import static dev.mulligan.host.HostErrorCode.GUEST_EXHAUSTED;
import static dev.mulligan.host.HostErrorCode.GUEST_MISBEHAVED;
import static dev.mulligan.host.HostErrorCode.GUEST_UNREACHABLE;
import static dev.mulligan.host.HostErrorCode.INVALID_ARGUMENT;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.Printable;
import io.grpc.Status;

/**
 * From whatever ends a call to a guest to a {@link HostException}: the only place that does so. What the guest says
 * is quoted, shortened and made harmless; its status code is taken as a hint and decides nothing.
 */
final class GuestErrors {
    private static final int QUOTED = 300;
    // Said by the host's own side of gRPC, which has no code for it.
    private static final String TOO_LARGE = "gRPC message exceeds maximum size";

    private final Fate fate;

    GuestErrors(Fate fate) {
        this.fate = fate;
    }

    HostException translate(Throwable thrown, GuestCall call) {
        if (thrown instanceof HostException known) {
            return known;
        }
        return fate.reason()
                .map(why -> again(why, call))
                .orElseGet(() -> translate(Status.fromThrowable(thrown), thrown, call));
    }

    /** The connection's end, as an exception of this call: with its own stack trace. */
    private static HostException again(HostException why, GuestCall call) {
        return HostException.of(why.code(), call.what() + " ended: " + why.getMessage())
                .cause(why)
                .build();
    }

    private static HostException translate(Status status, Throwable cause, GuestCall call) {
        String said = Printable.of(status.getDescription() == null ? "" : status.getDescription(), QUOTED);
        if (Thread.currentThread().isInterrupted()) {
            return build(CANCELLED, "interrupted", "", "", cause, call);
        }
        return switch (status.getCode()) {
            case INVALID_ARGUMENT -> build(INVALID_ARGUMENT, "refused", said, "correct the request", cause, call);
            case NOT_FOUND -> build(call.notFound(), "not found", said, "look what is there", cause, call);
            case ALREADY_EXISTS -> build(FILE_EXISTS, "exists", said, "remove it first, or replace it", cause, call);
            case PERMISSION_DENIED, UNAUTHENTICATED ->
                build(FILE_DENIED, "permission denied", said, "choose another path, or ask as root", cause, call);
            case FAILED_PRECONDITION -> build(FILE_CONFLICT, "not possible as things are", said, "", cause, call);
            case RESOURCE_EXHAUSTED ->
                said.startsWith(TOO_LARGE)
                        ? misbehaved(call, said)
                        : build(GUEST_EXHAUSTED, "no room in the sandbox", said, "free memory or disk", cause, call);
            case UNAVAILABLE -> unreachable(said, cause, call);
            case DEADLINE_EXCEEDED -> unreachable("no answer in time", cause, call);
            case CANCELLED -> build(CANCELLED, "cancelled", said, "", cause, call);
            case OK, UNKNOWN, ABORTED, OUT_OF_RANGE, UNIMPLEMENTED, INTERNAL, DATA_LOSS -> misbehaved(call, said);
        };
    }

    /** A guest that broke the protocol: {@code how} quotes nothing that is not made harmless. */
    static HostException misbehaved(GuestCall call, String how) {
        return HostException.of(GUEST_MISBEHAVED, call.what() + ": the guest broke the protocol")
                .value(how)
                .remedy("roll the sandbox back: its guest agent may be damaged")
                .build();
    }

    private static HostException unreachable(String why, Throwable cause, GuestCall call) {
        return HostException.of(GUEST_UNREACHABLE, call.what() + ": the guest agent does not answer")
                .value(why)
                .remedy("try again; if it stays so, roll the sandbox back")
                .cause(cause)
                .build();
    }

    private static HostException build(
            HostErrorCode code, String what, String said, String remedy, Throwable cause, GuestCall call) {
        return HostException.of(code, call.what() + ", " + what)
                .value(call.value().isEmpty() ? said : call.value() + (said.isEmpty() ? "" : " [" + said + "]"))
                .remedy(remedy)
                .cause(cause)
                .build();
    }
}
