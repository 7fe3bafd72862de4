package dev.mulligan.host.cli;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.vm.VmException;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.util.Arrays;
import java.util.Optional;

/**
 * An error as the command line shows it. The one place where exceptions, ours and those of gRPC with their {@code
 * google.rpc.ErrorInfo}, become words and an exit code.
 *
 * @param reason the name of the error code, or of the gRPC status where there is none
 * @param message for people, with everything that is known
 */
record Failure(ExitCode exitCode, String reason, String message, String value, String expected, String remedy) {
    static Failure of(Throwable thrown) {
        return switch (thrown) {
            case HostException ours ->
                new Failure(
                        ExitCode.of(ours.code()),
                        ours.code().name(),
                        text(ours),
                        ours.value(),
                        ours.expected(),
                        ours.remedy());
            case VmException machine -> plain(ExitCode.USAGE, machine.code().name(), text(machine));
            case io.grpc.StatusException status -> ofStatus(status, status.getStatus());
            case io.grpc.StatusRuntimeException status -> ofStatus(status, status.getStatus());
            case InterruptedException interrupted -> plain(ExitCode.INTERRUPTED, "CANCELLED", "interrupted");
            case java.nio.file.NoSuchFileException file ->
                plain(ExitCode.NOT_FOUND, "NO_SUCH_FILE", "no such file: " + text(file));
            case java.nio.file.AccessDeniedException file ->
                plain(ExitCode.DENIED, "FILE_DENIED", "access denied: " + text(file));
            case java.io.IOException file -> ofFile(text(file));
            default -> plain(ExitCode.FAILED, "INTERNAL", thrown.getClass().getSimpleName() + ": " + text(thrown));
        };
    }

    private static Failure ofFile(String text) {
        String expected = "a path of the right kind, with room on its disk";
        String remedy = "correct the path, or make room";
        return new Failure(
                ExitCode.FAILED,
                "FILE_FAILED",
                "file that cannot be read or written: " + text + " (expected: " + expected + "); " + remedy,
                text,
                expected,
                remedy);
    }

    private static Failure ofStatus(Throwable thrown, Status status) {
        Optional<ErrorInfo> info = info(thrown);
        String description = Optional.ofNullable(status.getDescription()).orElse("");
        if (info.isPresent()) {
            ErrorInfo error = info.get();
            return new Failure(
                    known(error.getReason()).map(ExitCode::of).orElse(exitCode(status)),
                    error.getReason(),
                    description.isEmpty() ? error.getReason() : description,
                    error.getMetadataOrDefault("value", ""),
                    error.getMetadataOrDefault("expected", ""),
                    error.getMetadataOrDefault("remedy", ""));
        }
        if (status.getCause() instanceof InterruptedException) {
            return plain(ExitCode.INTERRUPTED, "CANCELLED", "interrupted");
        }
        String cause = Optional.ofNullable(status.getCause())
                .map(Throwable::getMessage)
                .map(text -> " (" + text + ")")
                .orElse("");
        String what = switch (status.getCode()) {
            case UNAVAILABLE, CANCELLED -> "the host agent does not answer, or went away: ";
            case DEADLINE_EXCEEDED -> "the host agent did not answer in time: ";
            case UNIMPLEMENTED -> "the host agent does not know this call; is it older than this program? ";
            default -> status.getCode() + ": ";
        };
        return plain(exitCode(status), status.getCode().name(), what + description + cause);
    }

    private static Failure plain(ExitCode exitCode, String reason, String message) {
        return new Failure(exitCode, reason, message, "", "", "");
    }

    private static String text(Throwable thrown) {
        return Optional.ofNullable(thrown.getMessage()).orElse("no further details");
    }

    private static Optional<ErrorInfo> info(Throwable thrown) {
        com.google.rpc.Status details = StatusProto.fromThrowable(thrown);
        if (details == null) {
            return Optional.empty();
        }
        for (Any detail : details.getDetailsList()) {
            if (detail.is(ErrorInfo.class)) {
                try {
                    return Optional.of(detail.unpack(ErrorInfo.class));
                } catch (InvalidProtocolBufferException malformed) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<HostErrorCode> known(String reason) {
        return Arrays.stream(HostErrorCode.values())
                .filter(code -> code.name().equals(reason))
                .findFirst();
    }

    /** For a status without a reason, or with one that is newer than this program. */
    private static ExitCode exitCode(Status status) {
        return switch (status.getCode()) {
            case OK -> ExitCode.OK;
            case INVALID_ARGUMENT, OUT_OF_RANGE -> ExitCode.USAGE;
            case NOT_FOUND -> ExitCode.NOT_FOUND;
            case PERMISSION_DENIED, UNAUTHENTICATED -> ExitCode.DENIED;
            // This side's own cancellations carry an InterruptedException: the host agent gave this one up.
            case UNAVAILABLE, UNIMPLEMENTED, CANCELLED -> ExitCode.NOT_READY;
            case ALREADY_EXISTS, FAILED_PRECONDITION -> ExitCode.CONFLICT;
            case DEADLINE_EXCEEDED -> ExitCode.TIME_LIMIT;
            case ABORTED, RESOURCE_EXHAUSTED, INTERNAL, UNKNOWN, DATA_LOSS -> ExitCode.FAILED;
        };
    }
}
