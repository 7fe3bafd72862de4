package dev.mulligan.host.guest;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.proto.guest.v1.FreezeRequest;
import dev.mulligan.proto.guest.v1.SystemServiceGrpc;
import dev.mulligan.proto.guest.v1.ThawRequest;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;

/**
 * One connection to a guest agent, from its resynchronisation to its end. It never reconnects: when it is over, every
 * call on it fails, and whoever owns the machine connects anew. Safe for use by several threads.
 */
public final class GuestLink implements AutoCloseable {
    private final ManagedChannel channel;
    private final SystemServiceGrpc.SystemServiceBlockingStub system;
    private final Guest guest;
    private final GuestWorkspaces workspaces;
    private final GuestCalls calls;
    private final VitalSigns signs;
    private final Fate fate;
    private final Resynchronisation resynchronisation;

    GuestLink(
            ManagedChannel channel,
            Guest guest,
            GuestCalls calls,
            VitalSigns signs,
            Fate fate,
            ScheduledExecutorService scheduler,
            Resynchronisation resynchronisation) {
        this.channel = channel;
        this.system = SystemServiceGrpc.newBlockingStub(channel);
        this.guest = guest;
        this.workspaces = new GrpcGuestWorkspaces(channel, calls);
        this.calls = calls;
        this.signs = signs;
        this.fate = fate;
        this.resynchronisation = resynchronisation;
        signs.start(scheduler, this::close);
        watch();
    }

    /** Ends the link when the port is closed: by the death of the machine, or of the guest agent. */
    private void watch() {
        ConnectivityState state = channel.getState(false);
        switch (state) {
            case CONNECTING, READY -> channel.notifyWhenStateChanged(state, this::watch);
            case IDLE, TRANSIENT_FAILURE, SHUTDOWN ->
                close(HostException.of(HostErrorCode.GUEST_UNREACHABLE, "the connection to the guest agent broke")
                        .remedy("look at the sandbox's state; roll it back if it is broken")
                        .build());
        }
    }

    /** What can be asked of the guest. */
    public Guest guest() {
        return guest;
    }

    /** Folders of the host that it shows. */
    public GuestWorkspaces workspaces() {
        return workspaces;
    }

    public boolean isAlive() {
        return fate.reason().isEmpty();
    }

    /** The machine stands still on request, or goes on: silence is no bad sign meanwhile. */
    public void expectStillness(boolean expected) {
        signs.expectStillness(expected);
    }

    /** Sets the clock, which stood still with the machine, and stirs the randomness. */
    public void resynchronise() {
        resynchronisation.run(system, calls, Optional.empty());
    }

    /** Stirs the randomness, and sets the clock so that it is behind: for what shall see a jump later. */
    public void setBehind(Duration lag) {
        resynchronisation.behind(system, calls, lag);
    }

    /** The same for a machine that goes on as another one: a fork, say. */
    public void resynchronise(GuestIdentity identity) {
        resynchronisation.run(system, calls, Optional.of(identity));
    }

    /** Flushes and freezes the file systems; the guest thaws by itself after the time given. */
    public void freeze(Duration thawAfter) {
        FreezeRequest request = FreezeRequest.newBuilder()
                .setThawAfterMillis(Math.toIntExact(thawAfter.toMillis()))
                .build();
        calls.ask(system, GuestCall.system("freeze"), stub -> stub.freeze(request));
    }

    /** Lets the file systems go on; returns whether they were still frozen. */
    public boolean thaw() {
        return calls.ask(system, GuestCall.system("thaw"), stub -> stub.thaw(ThawRequest.getDefaultInstance()))
                .getWasFrozen();
    }

    /** Ends the link; everything that runs over it ends with this reason. */
    public void close(HostException reason) {
        if (fate.seal(reason)) {
            signs.close();
            calls.streams().endAll(reason);
            channel.shutdownNow();
        }
    }

    @Override
    public void close() {
        close(HostException.of(HostErrorCode.CANCELLED, "the connection to the guest was closed")
                .build());
    }
}
