package dev.mulligan.guest.process;

import dev.mulligan.guest.account.Accounts;
import dev.mulligan.proto.guest.v1.ProcessServiceGrpc;
import dev.mulligan.proto.guest.v1.RunRequest;
import dev.mulligan.proto.guest.v1.RunResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/** Runs programs for the host: the contract is {@code mulligan/guest/v1/process.proto}. */
public final class ProcessService extends ProcessServiceGrpc.ProcessServiceImplBase {
    private final Accounts accounts;
    private final ProcessTrees trees;
    private final Executor executor;
    private final ScheduledExecutorService timer;

    /**
     * @param executor for blocking work: as many platform threads as it takes
     * @param timer for time limits; gets nothing that blocks
     */
    public ProcessService(Accounts accounts, ProcessTrees trees, Executor executor, ScheduledExecutorService timer) {
        this.accounts = accounts;
        this.trees = trees;
        this.executor = executor;
        this.timer = timer;
    }

    @Override
    public StreamObserver<RunRequest> run(StreamObserver<RunResponse> responses) {
        return new RunCall(accounts, trees, executor, timer, (ServerCallStreamObserver<RunResponse>) responses);
    }
}
