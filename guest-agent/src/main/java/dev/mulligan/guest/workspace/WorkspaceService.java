package dev.mulligan.guest.workspace;

import dev.mulligan.guest.disk.PluggedDisks;
import dev.mulligan.guest.failure.Failures;
import dev.mulligan.guest.files.BytePath;
import dev.mulligan.guest.files.PastViews;
import dev.mulligan.guest.linux.Directory;
import dev.mulligan.guest.stream.BlockingSender;
import dev.mulligan.proto.guest.v1.ChangesRequest;
import dev.mulligan.proto.guest.v1.ChangesResponse;
import dev.mulligan.proto.guest.v1.MountRequest;
import dev.mulligan.proto.guest.v1.MountResponse;
import dev.mulligan.proto.guest.v1.ReadChangesRequest;
import dev.mulligan.proto.guest.v1.ReadChangesResponse;
import dev.mulligan.proto.guest.v1.UnmountRequest;
import dev.mulligan.proto.guest.v1.UnmountResponse;
import dev.mulligan.proto.guest.v1.WorkspaceServiceGrpc;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Executor;

/**
 * Shows folders of the host and tells what was written to them: the contract is {@code
 * mulligan/guest/v1/workspace.proto}. Everything here is done as root.
 */
public final class WorkspaceService extends WorkspaceServiceGrpc.WorkspaceServiceImplBase {
    private static final String FIELD = "workspace";

    private final Executor executor;
    private final WorkspaceMounts mounts;

    /** @param executor for blocking work: as many platform threads as it takes */
    public WorkspaceService(Executor executor) {
        this(
                executor,
                new WorkspaceMounts(PluggedDisks.ofThisMachine(), UpperLayers.below(Path.of("/var/lib/mulligan"))));
    }

    WorkspaceService(Executor executor, WorkspaceMounts mounts) {
        this.executor = executor;
        this.mounts = mounts;
    }

    /** Workspaces as they were, for whoever restores what is in them. */
    public PastViews pastViews() {
        return new PastWorkspaces(mounts, Path.of("/run/mulligan"));
    }

    @Override
    public void mount(MountRequest request, StreamObserver<MountResponse> responses) {
        answer(responses, () -> {
            String workspace = PluggedDisks.requireSerial(FIELD, request.getWorkspace());
            mounts.mount(workspace, BytePath.of(request.getPath()), request.getWritable());
            return MountResponse.getDefaultInstance();
        });
    }

    @Override
    public void unmount(UnmountRequest request, StreamObserver<UnmountResponse> responses) {
        answer(responses, () -> {
            mounts.unmount(PluggedDisks.requireSerial(FIELD, request.getWorkspace()));
            return UnmountResponse.getDefaultInstance();
        });
    }

    @Override
    public void changes(ChangesRequest request, StreamObserver<ChangesResponse> responses) {
        stream(responses, sender -> {
            try (Directory upper = upper(request.getWorkspace())) {
                new UpperWalk(sender).tell(upper);
            }
        });
    }

    @Override
    public void readChanges(ReadChangesRequest request, StreamObserver<ReadChangesResponse> responses) {
        stream(responses, sender -> {
            try (Directory upper = upper(request.getWorkspace())) {
                new UpperReader(sender).read(upper, request.getPathsList());
            }
        });
    }

    private Directory upper(String workspace) throws IOException {
        return mounts.layers().open(PluggedDisks.requireSerial(FIELD, workspace));
    }

    private interface Answer<T> {
        T give() throws IOException, InterruptedException;
    }

    private <T> void answer(StreamObserver<T> responses, Answer<T> answer) {
        executor.execute(() -> {
            T response;
            try {
                response = answer.give();
            } catch (IOException | InterruptedException | RuntimeException e) {
                responses.onError(Failures.toStatus(e));
                return;
            }
            responses.onNext(response);
            responses.onCompleted();
        });
    }

    private interface Streaming<T> {
        void run(BlockingSender<T> sender) throws IOException, InterruptedException;
    }

    private <T> void stream(StreamObserver<T> responses, Streaming<T> streaming) {
        BlockingSender<T> sender = new BlockingSender<>((ServerCallStreamObserver<T>) responses);
        executor.execute(() -> {
            try {
                streaming.run(sender);
                sender.complete();
            } catch (IOException | InterruptedException | RuntimeException e) {
                sender.fail(e);
            }
        });
    }
}
