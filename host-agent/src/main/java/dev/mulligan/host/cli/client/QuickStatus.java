package dev.mulligan.host.cli.client;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * How a host agent of this machine is, asked without a gRPC channel ({@link PlainCall}). People and scripts ask that
 * often, and want it to take no longer than looking.
 */
public final class QuickStatus {
    private static final String METHOD = "mulligan.host.v1.HostService/GetStatus";

    /** Beyond this it is not quick, and the channel that asks again has a deadline of its own. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** A GetStatusRequest has no fields. */
    private static final byte[] REQUEST = {};

    private QuickStatus() {}

    /**
     * Asks.
     *
     * @param meanwhile run by the caller's thread while the answer is on its way
     * @return a GetStatusResponse, serialised; empty if it is not there at once or is an error, which {@link HostClient}
     *     can tell
     */
    public static Optional<byte[]> ask(Endpoint endpoint, Runnable meanwhile) throws InterruptedException {
        return ask(endpoint, PATIENCE, meanwhile);
    }

    static Optional<byte[]> ask(Endpoint endpoint, Duration patience, Runnable meanwhile) throws InterruptedException {
        if (!(endpoint instanceof Endpoint.Unix unix)) {
            return Optional.empty();
        }
        CompletableFuture<Optional<byte[]>> answer = new CompletableFuture<>();
        Thread asking =
                new Thread(() -> PlainCall.ask(unix.socket(), METHOD, REQUEST, patience, answer), "quick-status");
        asking.setDaemon(true);
        asking.start();
        meanwhile.run();
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException late) {
            return Optional.empty();
        }
    }
}
