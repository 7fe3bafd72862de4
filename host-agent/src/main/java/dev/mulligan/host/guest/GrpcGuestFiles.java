package dev.mulligan.host.guest;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.guest.Guest.GuestFiles;
import dev.mulligan.host.guest.Guest.RestoredEntry;
import dev.mulligan.host.guest.Guest.UnpackResult;
import dev.mulligan.host.guest.Guest.WatchListener;
import dev.mulligan.host.guest.Guest.WriteOptions;
import dev.mulligan.proto.guest.v1.FileServiceGrpc;
import dev.mulligan.proto.guest.v1.FileServiceGrpc.FileServiceBlockingStub;
import dev.mulligan.proto.guest.v1.FileServiceGrpc.FileServiceStub;
import dev.mulligan.proto.guest.v1.ListRequest;
import dev.mulligan.proto.guest.v1.MakeDirectoryRequest;
import dev.mulligan.proto.guest.v1.MoveRequest;
import dev.mulligan.proto.guest.v1.PackRequest;
import dev.mulligan.proto.guest.v1.ReadRequest;
import dev.mulligan.proto.guest.v1.RemoveRequest;
import dev.mulligan.proto.guest.v1.RestoreRequest;
import dev.mulligan.proto.guest.v1.RestoreResponse;
import dev.mulligan.proto.guest.v1.StatRequest;
import dev.mulligan.proto.guest.v1.UnpackHeader;
import dev.mulligan.proto.guest.v1.UnpackRequest;
import dev.mulligan.proto.guest.v1.UnpackResponse;
import dev.mulligan.proto.guest.v1.WatchRequest;
import dev.mulligan.proto.guest.v1.WriteHeader;
import dev.mulligan.proto.guest.v1.WriteRequest;
import dev.mulligan.proto.guest.v1.WriteResponse;
import io.grpc.Channel;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Files of a guest over gRPC; every answer is checked against what was asked. */
final class GrpcGuestFiles implements GuestFiles {
    private final FileServiceBlockingStub files;
    private final FileServiceStub streaming;
    private final GuestCalls calls;

    GrpcGuestFiles(Channel channel, GuestCalls calls) {
        this.files = FileServiceGrpc.newBlockingStub(channel);
        this.streaming = FileServiceGrpc.newStub(channel);
        this.calls = calls;
    }

    @Override
    public void read(GuestPath path, String user, OutputStream sink) {
        GuestCall call = GuestCall.file("file to read", path);
        ReadRequest request =
                ReadRequest.newBuilder().setPath(path.bytes()).setUser(user).build();
        calls.receive(files, call, stub -> stub.read(request), answer -> write(answer.getData(), sink, call));
    }

    @Override
    public void pack(GuestPath path, String user, OutputStream sink) {
        GuestCall call = GuestCall.file("path to pack", path);
        PackRequest request =
                PackRequest.newBuilder().setPath(path.bytes()).setUser(user).build();
        calls.receive(files, call, stub -> stub.pack(request), answer -> write(answer.getData(), sink, call));
    }

    private static void write(ByteString data, OutputStream sink, GuestCall call) {
        int size = data.size();
        GuestValues.require(size > 0 && size <= GuestCalls.LARGEST_PIECE, size + " bytes in one message", call);
        GuestCalls.toSink(call, () -> data.writeTo(sink));
    }

    @Override
    public GuestFile write(GuestPath path, String user, WriteOptions options, InputStream source) {
        GuestCall call = GuestCall.file("file to write", path);
        WriteRequest header = WriteRequest.newBuilder()
                .setHeader(WriteHeader.newBuilder()
                        .setPath(path.bytes())
                        .setUser(user)
                        .setMode(options.mode())
                        .setMakeParents(options.makeParents()))
                .build();
        WriteResponse response = calls.send(
                streaming,
                call,
                FileServiceStub::write,
                header,
                source,
                piece -> WriteRequest.newBuilder()
                        .setData(UnsafeByteOperations.unsafeWrap(piece))
                        .build());
        return GuestValues.file(response.getFile(), path::equals, call);
    }

    @Override
    public boolean list(GuestPath path, String user, Consumer<GuestFile> sink) {
        GuestCall call = GuestCall.file("directory to list", path);
        ListRequest request =
                ListRequest.newBuilder().setPath(path.bytes()).setUser(user).build();
        Listing listing = new Listing(path, call, sink);
        calls.receive(files, call, stub -> stub.list(request), listing::take);
        return listing.truncated();
    }

    @Override
    public GuestFile stat(GuestPath path, String user) {
        GuestCall call = GuestCall.file("file", path);
        StatRequest request =
                StatRequest.newBuilder().setPath(path.bytes()).setUser(user).build();
        return GuestValues.file(
                calls.ask(files, call, stub -> stub.stat(request)).getFile(), path::equals, call);
    }

    @Override
    public void move(GuestPath source, GuestPath target, String user, boolean replace) {
        MoveRequest request = MoveRequest.newBuilder()
                .setSource(source.bytes())
                .setTarget(target.bytes())
                .setUser(user)
                .setReplace(replace)
                .build();
        GuestCall call = new GuestCall("file to move", source + " to " + target, HostErrorCode.NO_SUCH_FILE);
        calls.ask(files, call, stub -> stub.move(request));
    }

    @Override
    public void remove(GuestPath path, String user, boolean recursive) {
        RemoveRequest request = RemoveRequest.newBuilder()
                .setPath(path.bytes())
                .setUser(user)
                .setRecursive(recursive)
                .build();
        GuestCall call = GuestCall.file("file to remove", path);
        // A large tree takes its time.
        calls.askPatiently(files, call, calls.transfer(), stub -> stub.remove(request));
    }

    @Override
    public void makeDirectory(GuestPath path, String user) {
        MakeDirectoryRequest request = MakeDirectoryRequest.newBuilder()
                .setPath(path.bytes())
                .setUser(user)
                .build();
        calls.ask(files, GuestCall.file("directory to make", path), stub -> stub.makeDirectory(request));
    }

    @Override
    public AutoCloseable watch(GuestPath path, String user, boolean recursive, WatchListener listener) {
        WatchRequest request = WatchRequest.newBuilder()
                .setPath(path.bytes())
                .setUser(user)
                .setRecursive(recursive)
                .build();
        GuestCall call = GuestCall.file("directory to watch", path);
        WatchAnswers answers = new WatchAnswers(path, listener, call, calls.errors(), calls.streams());
        streaming.watch(request, answers);
        answers.begun();
        return answers;
    }

    @Override
    public UnpackResult unpack(GuestPath path, String user, InputStream source) {
        GuestCall call = GuestCall.file("archive to unpack", path);
        UnpackRequest header = UnpackRequest.newBuilder()
                .setHeader(UnpackHeader.newBuilder().setPath(path.bytes()).setUser(user))
                .build();
        UnpackResponse response = calls.send(
                streaming,
                call,
                FileServiceStub::unpack,
                header,
                source,
                piece -> UnpackRequest.newBuilder()
                        .setData(UnsafeByteOperations.unsafeWrap(piece))
                        .build());
        GuestValues.require(
                response.getEntries() >= 0 && response.getBytes() >= 0,
                response.getEntries() + " entries and " + response.getBytes() + " bytes",
                call);
        return new UnpackResult(response.getEntries(), response.getBytes());
    }

    @Override
    public List<RestoredEntry> restore(String diskSerial, List<GuestPath> paths, Duration deadline) {
        GuestCall call = new GuestCall("paths to restore", paths.toString(), HostErrorCode.NO_SUCH_FILE);
        RestoreRequest.Builder request = RestoreRequest.newBuilder().setDiskSerial(diskSerial);
        paths.forEach(path -> request.addPaths(path.bytes()));
        RestoreResponse response = calls.askPatiently(files, call, deadline, stub -> stub.restore(request.build()));
        GuestValues.require(
                response.getRestoredCount() == paths.size(),
                response.getRestoredCount() + " answers for " + paths.size() + " paths",
                call);
        List<RestoredEntry> entries = new ArrayList<>();
        for (int at = 0; at < paths.size(); at++) {
            entries.add(restored(response.getRestored(at), paths.get(at), call));
        }
        return entries;
    }

    private static RestoredEntry restored(RestoreResponse.Restored restored, GuestPath asked, GuestCall call) {
        RestoredEntry.Outcome outcome = switch (restored.getOutcome()) {
            case REPLACED -> RestoredEntry.Outcome.REPLACED;
            case REMOVED -> RestoredEntry.Outcome.REMOVED;
            case ABSENT -> RestoredEntry.Outcome.ABSENT;
            case OUTCOME_UNSPECIFIED, UNRECOGNIZED ->
                throw GuestErrors.misbehaved(call, "a restored path without an outcome");
        };
        return new RestoredEntry(GuestValues.path(restored.getPath(), asked::equals, call), outcome);
    }
}
