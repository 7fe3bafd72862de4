package dev.mulligan.host.guest;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.mulligan.proto.guest.v1.FreezeRequest;
import dev.mulligan.proto.guest.v1.FreezeResponse;
import dev.mulligan.proto.guest.v1.GetCapabilitiesRequest;
import dev.mulligan.proto.guest.v1.GetCapabilitiesResponse;
import dev.mulligan.proto.guest.v1.GetHealthRequest;
import dev.mulligan.proto.guest.v1.GetHealthResponse;
import dev.mulligan.proto.guest.v1.MachineIdentity;
import dev.mulligan.proto.guest.v1.ResynchroniseRequest;
import dev.mulligan.proto.guest.v1.ResynchroniseResponse;
import dev.mulligan.proto.guest.v1.SystemServiceGrpc;
import dev.mulligan.proto.guest.v1.ThawRequest;
import dev.mulligan.proto.guest.v1.ThawResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Health, clock and freezer of a simulated guest; notes what it was asked. */
public final class SimulatedSystem extends SystemServiceGrpc.SystemServiceImplBase {
    private final Map<String, String> memory = new ConcurrentHashMap<>();
    private final List<String> asked = new ArrayList<>();
    private final List<ByteString> entropy = new ArrayList<>();
    private final List<MachineIdentity> identities = new ArrayList<>();
    private final AtomicInteger thawsTooEarly = new AtomicInteger();
    private final AtomicReference<Runnable> onWaking = new AtomicReference<>(() -> {});
    private volatile String bootId = UUID.randomUUID().toString();
    private volatile Instant clock = Instant.EPOCH;
    private volatile boolean frozen;
    private volatile boolean deaf;
    private volatile Runnable onFreeze = () -> {};

    /** What lives in memory only: a full checkpoint keeps it, a disk checkpoint does not. */
    public Map<String, String> memory() {
        return memory;
    }

    public String bootId() {
        return bootId;
    }

    /** The calls so far, by name, in order. */
    public synchronized List<String> asked() {
        return List.copyOf(asked);
    }

    public synchronized List<ByteString> entropy() {
        return List.copyOf(entropy);
    }

    /** Who the host said it is, each time that it did. */
    public synchronized List<MachineIdentity> identities() {
        return List.copyOf(identities);
    }

    /** The time that the host set last. */
    public Instant clock() {
        return clock;
    }

    public boolean frozen() {
        return frozen;
    }

    /** The next freezes end by themselves before they are thawed. */
    public void thawTooEarly(int times) {
        thawsTooEarly.set(times);
    }

    /** From now on nothing is answered. */
    public void becomeDeaf() {
        deaf = true;
    }

    /** Done in the next call to resynchronise, before the answer. */
    public void onWaking(Runnable action) {
        onWaking.set(action);
    }

    /** Done when the host asks for a freeze, before the answer. */
    public void onFreeze(Runnable action) {
        onFreeze = action;
    }

    void become(String boot, Map<String, String> contents) {
        bootId = boot;
        memory.clear();
        memory.putAll(contents);
    }

    private synchronized <R> void answer(String call, StreamObserver<R> observer, R response) {
        asked.add(call);
        if (!deaf) {
            observer.onNext(response);
            observer.onCompleted();
        }
    }

    @Override
    public void getHealth(GetHealthRequest request, StreamObserver<GetHealthResponse> observer) {
        answer(
                "health",
                observer,
                GetHealthResponse.newBuilder()
                        .setBootId(bootId)
                        .setMemoryAvailableBytes(1 << 29)
                        .setDiskAvailableBytes(1L << 32)
                        .build());
    }

    @Override
    public void getCapabilities(GetCapabilitiesRequest request, StreamObserver<GetCapabilitiesResponse> observer) {
        answer(
                "capabilities",
                observer,
                GetCapabilitiesResponse.newBuilder()
                        .setVersion("0.1.0")
                        .setKernel("linux simulated")
                        .setOperatingSystem("Simulated")
                        .addCapabilities("process")
                        .addCapabilities("files")
                        .putTools("python3", "Python 3.13.5")
                        .build());
    }

    /** As the guest agent does it before it echoes a preamble. */
    synchronized void hostCame(Instant time, byte[] random) {
        clock = time;
        entropy.add(ByteString.copyFrom(random));
        asked.add("resynchronise");
    }

    @Override
    public void resynchronise(ResynchroniseRequest request, StreamObserver<ResynchroniseResponse> observer) {
        onWaking.getAndSet(() -> {}).run();
        Timestamp time = request.getTime();
        clock = Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
        synchronized (this) {
            entropy.add(request.getEntropy());
            if (request.hasIdentity()) {
                identities.add(request.getIdentity());
            }
        }
        answer("resynchronise", observer, ResynchroniseResponse.getDefaultInstance());
    }

    @Override
    public void freeze(FreezeRequest request, StreamObserver<FreezeResponse> observer) {
        if (frozen) {
            observer.onError(
                    Status.FAILED_PRECONDITION.withDescription("frozen already").asRuntimeException());
            return;
        }
        onFreeze.run();
        frozen = thawsTooEarly.getAndUpdate(left -> Math.max(0, left - 1)) == 0;
        answer("freeze", observer, FreezeResponse.getDefaultInstance());
    }

    @Override
    public void thaw(ThawRequest request, StreamObserver<ThawResponse> observer) {
        boolean was = frozen;
        frozen = false;
        answer("thaw", observer, ThawResponse.newBuilder().setWasFrozen(was).build());
    }
}
