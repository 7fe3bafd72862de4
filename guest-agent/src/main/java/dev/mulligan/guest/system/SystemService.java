package dev.mulligan.guest.system;

import com.google.protobuf.Timestamp;
import dev.mulligan.guest.failure.Failures;
import dev.mulligan.guest.failure.GuestException;
import dev.mulligan.proto.guest.v1.FreezeRequest;
import dev.mulligan.proto.guest.v1.FreezeResponse;
import dev.mulligan.proto.guest.v1.GetCapabilitiesRequest;
import dev.mulligan.proto.guest.v1.GetCapabilitiesResponse;
import dev.mulligan.proto.guest.v1.GetHealthRequest;
import dev.mulligan.proto.guest.v1.GetHealthResponse;
import dev.mulligan.proto.guest.v1.ResynchroniseRequest;
import dev.mulligan.proto.guest.v1.ResynchroniseResponse;
import dev.mulligan.proto.guest.v1.SystemServiceGrpc;
import dev.mulligan.proto.guest.v1.ThawRequest;
import dev.mulligan.proto.guest.v1.ThawResponse;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Answers for the guest as a whole: the contract is {@code mulligan/guest/v1/system.proto}. */
public final class SystemService extends SystemServiceGrpc.SystemServiceImplBase {
    private static final int MINIMUM_ENTROPY = 32;
    private static final int MAXIMUM_ENTROPY = 512;
    private static final int MINIMUM_THAW_MILLIS = 100;
    private static final int MAXIMUM_THAW_MILLIS = 60_000;
    private static final int DEFAULT_THAW_MILLIS = 10_000;

    private final Health health;
    private final Capabilities capabilities;
    private final Freezer freezer;
    private final Resynchroniser resynchroniser;

    public SystemService(Capabilities capabilities, Freezer freezer, Resynchroniser resynchroniser) {
        this.health = new Health();
        this.capabilities = capabilities;
        this.freezer = freezer;
        this.resynchroniser = resynchroniser;
    }

    @Override
    public void getHealth(GetHealthRequest request, StreamObserver<GetHealthResponse> responses) {
        answer(responses, health::read);
    }

    @Override
    public void getCapabilities(GetCapabilitiesRequest request, StreamObserver<GetCapabilitiesResponse> responses) {
        answer(responses, capabilities::read);
    }

    @Override
    public void resynchronise(ResynchroniseRequest request, StreamObserver<ResynchroniseResponse> responses) {
        answer(responses, () -> {
            int entropy = request.getEntropy().size();
            if (entropy < MINIMUM_ENTROPY || entropy > MAXIMUM_ENTROPY) {
                throw GuestException.invalid(
                        "entropy", entropy + " bytes", MINIMUM_ENTROPY + " to " + MAXIMUM_ENTROPY + " bytes");
            }
            if (!request.hasTime()) {
                throw GuestException.invalid("time", "none", "the host's time");
            }
            Optional<MachineIdentity> identity = request.hasIdentity()
                    ? Optional.of(new MachineIdentity(
                            request.getIdentity().getHostName(),
                            request.getIdentity().getMachineId()))
                    : Optional.empty();
            Timestamp time = request.getTime();
            resynchroniser.resynchronise(
                    Instant.ofEpochSecond(time.getSeconds(), time.getNanos()),
                    request.getEntropy().toByteArray(),
                    identity);
            return ResynchroniseResponse.getDefaultInstance();
        });
    }

    @Override
    public void freeze(FreezeRequest request, StreamObserver<FreezeResponse> responses) {
        answer(responses, () -> {
            int millis = request.getThawAfterMillis() == 0 ? DEFAULT_THAW_MILLIS : request.getThawAfterMillis();
            if (millis < MINIMUM_THAW_MILLIS || millis > MAXIMUM_THAW_MILLIS) {
                throw GuestException.invalid(
                        "thaw_after_millis", millis, MINIMUM_THAW_MILLIS + " to " + MAXIMUM_THAW_MILLIS);
            }
            freezer.freeze(Duration.ofMillis(millis));
            return FreezeResponse.getDefaultInstance();
        });
    }

    @Override
    public void thaw(ThawRequest request, StreamObserver<ThawResponse> responses) {
        answer(
                responses,
                () -> ThawResponse.newBuilder().setWasFrozen(freezer.thaw()).build());
    }

    private interface Answer<T> {
        T get() throws IOException;
    }

    private static <T> void answer(StreamObserver<T> responses, Answer<T> answer) {
        T response;
        try {
            response = answer.get();
        } catch (IOException | RuntimeException e) {
            responses.onError(Failures.toStatus(e));
            return;
        }
        responses.onNext(response);
        responses.onCompleted();
    }
}
