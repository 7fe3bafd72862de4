package dev.mulligan.host.guest;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.UpperContent.Receiver;
import dev.mulligan.host.workspace.UpperEntry;
import dev.mulligan.proto.guest.v1.ChangesRequest;
import dev.mulligan.proto.guest.v1.MountRequest;
import dev.mulligan.proto.guest.v1.ReadChangesRequest;
import dev.mulligan.proto.guest.v1.ReadChangesResponse;
import dev.mulligan.proto.guest.v1.UnmountRequest;
import dev.mulligan.proto.guest.v1.WorkspaceServiceGrpc;
import dev.mulligan.proto.guest.v1.WorkspaceServiceGrpc.WorkspaceServiceBlockingStub;
import io.grpc.Channel;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** Workspaces of a guest over gRPC; every answer is checked. */
final class GrpcGuestWorkspaces implements GuestWorkspaces {
    /** Of one request; a path has at most 4,096 bytes. */
    private static final int MAXIMUM_PATHS = 1_000;

    private static final int MAXIMUM_PATH_BYTES = 1 << 20;

    private final WorkspaceServiceBlockingStub workspaces;
    private final GuestCalls calls;

    GrpcGuestWorkspaces(Channel channel, GuestCalls calls) {
        this.workspaces = WorkspaceServiceGrpc.newBlockingStub(channel);
        this.calls = calls;
    }

    @Override
    public void mount(String workspace, GuestPath path, boolean writable) {
        MountRequest request = MountRequest.newBuilder()
                .setWorkspace(workspace)
                .setPath(path.bytes())
                .setWritable(writable)
                .build();
        var _ = calls.ask(workspaces, GuestCall.file("workspace to mount", path), stub -> stub.mount(request));
    }

    @Override
    public void unmount(String workspace) {
        UnmountRequest request =
                UnmountRequest.newBuilder().setWorkspace(workspace).build();
        // What was written is removed, and there may be much of it.
        var _ = calls.askPatiently(
                workspaces, call("workspace to unmount", workspace), calls.transfer(), stub -> stub.unmount(request));
    }

    @Override
    public void changes(String workspace, Consumer<UpperEntry> sink) {
        GuestCall call = call("changes of workspace", workspace);
        ChangesRequest request =
                ChangesRequest.newBuilder().setWorkspace(workspace).build();
        UpperListing listing = new UpperListing(call, sink);
        calls.receive(workspaces, call, stub -> stub.changes(request), listing::take);
    }

    @Override
    public void read(String workspace, List<RelativePath> paths, Receiver receiver) throws IOException {
        for (int begin = 0, end; begin < paths.size(); begin = end) {
            end = end(paths, begin);
            readTogether(workspace, paths.subList(begin, end), receiver);
        }
    }

    /** So many from there on may be asked for at once. */
    private static int end(List<RelativePath> paths, int begin) {
        int end = begin;
        for (int bytes = 0; end < paths.size() && end - begin < MAXIMUM_PATHS; end++) {
            bytes += paths.get(end).bytes().size();
            if (bytes > MAXIMUM_PATH_BYTES) {
                break;
            }
        }
        return end;
    }

    private void readTogether(String workspace, List<RelativePath> paths, Receiver receiver) throws IOException {
        GuestCall call = new GuestCall(
                "changed files to read",
                paths.size() + " from " + paths.getFirst() + " on",
                HostErrorCode.NO_SUCH_FILE);
        ReadChangesRequest.Builder request = ReadChangesRequest.newBuilder().setWorkspace(workspace);
        paths.forEach(path -> request.addPaths(path.bytes()));
        try (Answers<ReadChangesResponse> answers =
                calls.answers(workspaces, call, stub -> stub.readChanges(request.build()))) {
            new ContentPieces(answers, call).handOver(paths, receiver);
        }
    }

    private static GuestCall call(String what, String workspace) {
        return new GuestCall(what, workspace, HostErrorCode.NO_SUCH_FILE);
    }
}
