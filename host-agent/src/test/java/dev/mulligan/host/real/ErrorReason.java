package dev.mulligan.host.real;

import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.protobuf.StatusProto;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What a client reads from the details of an error. */
final class ErrorReason {
    private ErrorReason() {}

    /** The reason of the error that a call ends with; empty if it succeeds; the error itself if it has no reason. */
    static String reason(ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        if (thrown == null) {
            return "";
        }
        com.google.rpc.Status status = StatusProto.fromThrowable(thrown);
        if (status == null) {
            return Objects.toString(thrown);
        }
        return status.getDetailsList().stream()
                .filter(detail -> detail.is(ErrorInfo.class))
                .map(ErrorReason::unpack)
                .findFirst()
                .orElse(thrown.toString());
    }

    private static String unpack(Any detail) {
        try {
            return detail.unpack(ErrorInfo.class).getReason();
        } catch (InvalidProtocolBufferException damaged) {
            throw new AssertionError(damaged);
        }
    }
}
