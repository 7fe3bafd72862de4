package dev.mulligan.host.guest;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.UpperEntry;
import dev.mulligan.proto.guest.v1.ChangesRequest;
import dev.mulligan.proto.guest.v1.MountRequest;
import dev.mulligan.proto.guest.v1.ReadChangeRequest;
import dev.mulligan.proto.guest.v1.ReadChangeResponse;
import dev.mulligan.proto.guest.v1.UnmountRequest;
import dev.mulligan.proto.guest.v1.WorkspaceServiceGrpc;
import dev.mulligan.proto.guest.v1.WorkspaceServiceGrpc.WorkspaceServiceBlockingStub;
import io.grpc.Channel;
import java.io.InputStream;
import java.util.function.Consumer;

/** Workspaces of a guest over gRPC; every answer is checked. */
final class GrpcGuestWorkspaces implements GuestWorkspaces {
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
    public InputStream read(String workspace, RelativePath path) {
        GuestCall call = new GuestCall("changed file to read", path.toString(), HostErrorCode.NO_SUCH_FILE);
        ReadChangeRequest request = ReadChangeRequest.newBuilder()
                .setWorkspace(workspace)
                .setPath(path.bytes())
                .build();
        return calls.stream(workspaces, call, stub -> stub.readChange(request), ReadChangeResponse::getData);
    }

    private static GuestCall call(String what, String workspace) {
        return new GuestCall(what, workspace, HostErrorCode.NO_SUCH_FILE);
    }
}
