package dev.mulligan.host.guest;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/** A simulated guest with ordinary programs behind a port, and a connector for whoever comes to it. */
public final class SimulatedPort implements AutoCloseable {
    private final Path path;
    private final SimulatedGuestServer server;
    private final GuestConnector connector = GuestConnector.overUnixSockets(GuestTimeouts.DEFAULT, Clock.systemUTC());

    /** @param directory where the port's socket is to be */
    public SimulatedPort(Path directory) {
        this(directory, Map.of());
    }

    /** @param programs beside the ordinary ones */
    public SimulatedPort(Path directory, Map<String, SimulatedProgram> programs) {
        this.path = directory.resolve("port");
        this.server = new SimulatedGuestServer(path, programs);
    }

    public Path path() {
        return path;
    }

    public GuestConnector connector() {
        return connector;
    }

    public SimulatedGuestServer guest() {
        return server;
    }

    public GuestLink connect() {
        return connector.connect(path);
    }

    @Override
    public void close() {
        connector.close();
        server.close();
    }
}
