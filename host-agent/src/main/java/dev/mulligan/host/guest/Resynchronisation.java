package dev.mulligan.host.guest;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.mulligan.proto.guest.v1.ResynchroniseRequest;
import dev.mulligan.proto.guest.v1.SystemServiceGrpc.SystemServiceBlockingStub;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Sets a guest's clock, stirs its randomness, and tells a clone who it is, in one round trip. The clock is wrong by as
 * long as the call was on its way, and the first call to a guest that has just booted can be on its way for seconds: then
 * it is set again.
 */
final class Resynchronisation {
    private static final int ENTROPY_BYTES = 64;
    private static final Duration PROMPT = Duration.ofMillis(500);
    private static final int ATTEMPTS = 4;

    private final Clock clock;
    private final SecureRandom random;

    Resynchronisation(Clock clock, SecureRandom random) {
        this.clock = clock;
        this.random = random;
    }

    /**
     * Does it.
     *
     * @param identity who the machine is from now on; empty: who it was
     */
    void run(SystemServiceBlockingStub system, GuestCalls calls, Optional<GuestIdentity> identity) {
        Duration taken = once(system, calls, identity);
        for (int attempt = 2; attempt <= ATTEMPTS && taken.compareTo(PROMPT) > 0; attempt++) {
            taken = once(system, calls, Optional.empty());
        }
    }

    /** The same, once, with a clock that is behind by this much. */
    void behind(SystemServiceBlockingStub system, GuestCalls calls, Duration lag) {
        ResynchroniseRequest request = request(Optional.empty());
        Timestamp time = request.getTime();
        ResynchroniseRequest behind = request.toBuilder()
                .setTime(time.toBuilder().setSeconds(time.getSeconds() - lag.toSeconds()))
                .build();
        calls.ask(system, GuestCall.system("clock of a template"), stub -> stub.resynchronise(behind));
    }

    private ResynchroniseRequest request(Optional<GuestIdentity> identity) {
        byte[] entropy = new byte[ENTROPY_BYTES];
        random.nextBytes(entropy);
        Instant now = clock.instant();
        ResynchroniseRequest.Builder request = ResynchroniseRequest.newBuilder()
                .setTime(Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()))
                .setEntropy(ByteString.copyFrom(entropy));
        identity.ifPresent(who -> request.setIdentity(who.message()));
        return request.build();
    }

    private Duration once(SystemServiceBlockingStub system, GuestCalls calls, Optional<GuestIdentity> identity) {
        Instant begin = clock.instant();
        calls.ask(system, GuestCall.system("connection to the guest"), stub -> stub.resynchronise(request(identity)));
        return Duration.between(begin, clock.instant());
    }
}
