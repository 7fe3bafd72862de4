package dev.mulligan.host.guest;

import dev.mulligan.proto.guest.v1.ProcessServiceGrpc;
import dev.mulligan.proto.guest.v1.RunRequest;
import dev.mulligan.proto.guest.v1.RunResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The programs of a simulated guest. */
final class SimulatedProcesses extends ProcessServiceGrpc.ProcessServiceImplBase implements AutoCloseable {
    private final AtomicInteger pids = new AtomicInteger(100);
    private final Set<SimulatedRun> running = ConcurrentHashMap.newKeySet();
    private final Map<String, SimulatedProgram> programs = new HashMap<>();
    private final SimulatedDisk disk;

    SimulatedProcesses(SimulatedDisk disk, Map<String, SimulatedProgram> programs) {
        this.disk = disk;
        this.programs.putAll(SimulatedGuestServer.ordinaryPrograms());
        this.programs.putAll(programs);
    }

    int running() {
        return running.size();
    }

    @Override
    public StreamObserver<RunRequest> run(StreamObserver<RunResponse> responses) {
        SimulatedRun run = new SimulatedRun(
                disk,
                programs,
                pids.incrementAndGet(),
                (ServerCallStreamObserver<RunResponse>) responses,
                running::remove);
        running.add(run);
        return run;
    }

    @Override
    public void close() {
        running.forEach(SimulatedRun::kill);
    }
}
