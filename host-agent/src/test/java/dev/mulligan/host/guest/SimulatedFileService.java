package dev.mulligan.host.guest;

import com.google.protobuf.ByteString;
import dev.mulligan.proto.guest.v1.FileInfo;
import dev.mulligan.proto.guest.v1.FileServiceGrpc;
import dev.mulligan.proto.guest.v1.ListRequest;
import dev.mulligan.proto.guest.v1.ListResponse;
import dev.mulligan.proto.guest.v1.MakeDirectoryRequest;
import dev.mulligan.proto.guest.v1.MakeDirectoryResponse;
import dev.mulligan.proto.guest.v1.MoveRequest;
import dev.mulligan.proto.guest.v1.MoveResponse;
import dev.mulligan.proto.guest.v1.PackRequest;
import dev.mulligan.proto.guest.v1.PackResponse;
import dev.mulligan.proto.guest.v1.ReadRequest;
import dev.mulligan.proto.guest.v1.ReadResponse;
import dev.mulligan.proto.guest.v1.RemoveRequest;
import dev.mulligan.proto.guest.v1.RemoveResponse;
import dev.mulligan.proto.guest.v1.RestoreRequest;
import dev.mulligan.proto.guest.v1.RestoreResponse;
import dev.mulligan.proto.guest.v1.StatRequest;
import dev.mulligan.proto.guest.v1.StatResponse;
import dev.mulligan.proto.guest.v1.UnpackRequest;
import dev.mulligan.proto.guest.v1.UnpackResponse;
import dev.mulligan.proto.guest.v1.WatchRequest;
import dev.mulligan.proto.guest.v1.WatchResponse;
import dev.mulligan.proto.guest.v1.WriteRequest;
import dev.mulligan.proto.guest.v1.WriteResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The files of a simulated guest. An archive is, instead of a tar file, the plain bytes of the one file it holds.
 */
final class SimulatedFileService extends FileServiceGrpc.FileServiceImplBase {
    private static final int CHUNK = 65_536;

    private final SimulatedDisk disk;
    private final Map<String, Map<GuestPath, SimulatedDisk.Node>> attached;
    private volatile Runnable onRestore = () -> {};

    SimulatedFileService(SimulatedDisk disk, Map<String, Map<GuestPath, SimulatedDisk.Node>> attached) {
        this.disk = disk;
        this.attached = attached;
    }

    void onRestore(Runnable action) {
        onRestore = action;
    }

    private static <R> void answer(StreamObserver<R> observer, Supplier<R> work) {
        try {
            observer.onNext(work.get());
            observer.onCompleted();
        } catch (StatusRuntimeException refused) {
            observer.onError(refused);
        }
    }

    private SimulatedDisk.Node node(GuestPath path) {
        return disk.find(path)
                .orElseThrow(
                        () -> Status.NOT_FOUND.withDescription("no such file").asRuntimeException());
    }

    private FileInfo info(GuestPath path, SimulatedDisk.Node node) {
        return FileInfo.newBuilder()
                .setPath(path.bytes())
                .setType(node.isDirectory() ? FileInfo.Type.DIRECTORY : FileInfo.Type.REGULAR)
                .setSize(node.bytes().length)
                .setMode(node.mode())
                .setUid(1000)
                .setGid(1000)
                .build();
    }

    private byte[] content(ByteString path) {
        SimulatedDisk.Node node = node(GuestPath.ofBytes(path));
        if (node.isDirectory()) {
            throw Status.FAILED_PRECONDITION.withDescription("a directory").asRuntimeException();
        }
        return node.bytes();
    }

    @Override
    public void read(ReadRequest request, StreamObserver<ReadResponse> observer) {
        stream(
                request.getPath(),
                observer,
                data -> ReadResponse.newBuilder().setData(data).build());
    }

    @Override
    public void pack(PackRequest request, StreamObserver<PackResponse> observer) {
        stream(
                request.getPath(),
                observer,
                data -> PackResponse.newBuilder().setData(data).build());
    }

    private <R> void stream(ByteString path, StreamObserver<R> observer, Function<ByteString, R> message) {
        try {
            ByteString data = ByteString.copyFrom(content(path));
            for (int at = 0; at < data.size(); at += CHUNK) {
                observer.onNext(message.apply(data.substring(at, Math.min(data.size(), at + CHUNK))));
            }
            observer.onCompleted();
        } catch (StatusRuntimeException refused) {
            observer.onError(refused);
        }
    }

    @Override
    public StreamObserver<WriteRequest> write(StreamObserver<WriteResponse> observer) {
        return new Collected<>(observer, request -> request.hasHeader() ? ByteString.EMPTY : request.getData()) {
            @Override
            WriteResponse finish(WriteRequest first, ByteString data) {
                GuestPath path = GuestPath.ofBytes(first.getHeader().getPath());
                int mode = first.getHeader().getMode();
                disk.write(
                        path,
                        data.toByteArray(),
                        mode == 0 ? 0644 : mode,
                        first.getHeader().getMakeParents());
                return WriteResponse.newBuilder()
                        .setFile(info(path, node(path)))
                        .build();
            }
        };
    }

    @Override
    public StreamObserver<UnpackRequest> unpack(StreamObserver<UnpackResponse> observer) {
        return new Collected<>(observer, request -> request.hasHeader() ? ByteString.EMPTY : request.getData()) {
            @Override
            UnpackResponse finish(UnpackRequest first, ByteString data) {
                GuestPath path = GuestPath.of(first.getHeader().getPath().toStringUtf8() + "/unpacked");
                disk.write(path, data.toByteArray(), 0644, true);
                return UnpackResponse.newBuilder()
                        .setEntries(1)
                        .setBytes(data.size())
                        .build();
            }
        };
    }

    @Override
    public void list(ListRequest request, StreamObserver<ListResponse> observer) {
        answer(observer, () -> {
            GuestPath directory = GuestPath.ofBytes(request.getPath());
            node(directory);
            ListResponse.Builder response = ListResponse.newBuilder();
            disk.children(directory).forEach((path, node) -> response.addFiles(info(path, node)));
            return response.build();
        });
    }

    @Override
    public void stat(StatRequest request, StreamObserver<StatResponse> observer) {
        answer(observer, () -> {
            GuestPath path = GuestPath.ofBytes(request.getPath());
            return StatResponse.newBuilder().setFile(info(path, node(path))).build();
        });
    }

    @Override
    public void move(MoveRequest request, StreamObserver<MoveResponse> observer) {
        answer(observer, () -> {
            GuestPath target = GuestPath.ofBytes(request.getTarget());
            if (!request.getReplace() && disk.find(target).isPresent()) {
                throw Status.ALREADY_EXISTS.asRuntimeException();
            }
            disk.move(GuestPath.ofBytes(request.getSource()), target);
            return MoveResponse.getDefaultInstance();
        });
    }

    @Override
    public void remove(RemoveRequest request, StreamObserver<RemoveResponse> observer) {
        answer(observer, () -> {
            GuestPath path = GuestPath.ofBytes(request.getPath());
            node(path);
            if (!request.getRecursive() && !disk.children(path).isEmpty()) {
                throw Status.FAILED_PRECONDITION.withDescription("not empty").asRuntimeException();
            }
            disk.remove(path);
            return RemoveResponse.getDefaultInstance();
        });
    }

    @Override
    public void makeDirectory(MakeDirectoryRequest request, StreamObserver<MakeDirectoryResponse> observer) {
        answer(observer, () -> {
            disk.makeDirectory(GuestPath.ofBytes(request.getPath()));
            return MakeDirectoryResponse.getDefaultInstance();
        });
    }

    /** Ready, and then nothing ever changes. */
    @Override
    public void watch(WatchRequest request, StreamObserver<WatchResponse> observer) {
        observer.onNext(
                WatchResponse.newBuilder().setKind(WatchResponse.Kind.READY).build());
    }

    @Override
    public void restore(RestoreRequest request, StreamObserver<RestoreResponse> observer) {
        onRestore.run();
        answer(observer, () -> {
            Map<GuestPath, SimulatedDisk.Node> older = attached.get(request.getDiskSerial());
            if (older == null) {
                throw Status.NOT_FOUND.withDescription("no such disk").asRuntimeException();
            }
            RestoreResponse.Builder response = RestoreResponse.newBuilder();
            request.getPathsList().forEach(raw -> {
                GuestPath path = GuestPath.ofBytes(raw);
                boolean was = disk.find(path).isPresent();
                boolean is = disk.copyBack(path, older);
                response.addRestored(RestoreResponse.Restored.newBuilder()
                        .setPath(raw)
                        .setOutcome(
                                is
                                        ? RestoreResponse.Restored.Outcome.REPLACED
                                        : was
                                                ? RestoreResponse.Restored.Outcome.REMOVED
                                                : RestoreResponse.Restored.Outcome.ABSENT));
            });
            return response.build();
        });
    }
}
