package dev.mulligan.guest.files;

import dev.mulligan.guest.account.Account;
import dev.mulligan.guest.account.Accounts;
import dev.mulligan.guest.disk.PluggedDisks;
import dev.mulligan.guest.failure.Failures;
import dev.mulligan.guest.failure.GuestException;
import dev.mulligan.guest.linux.Directory;
import dev.mulligan.guest.linux.Identity;
import dev.mulligan.guest.stream.BlockingReceiver;
import dev.mulligan.guest.stream.BlockingSender;
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
import dev.mulligan.proto.guest.v1.UnpackHeader;
import dev.mulligan.proto.guest.v1.UnpackRequest;
import dev.mulligan.proto.guest.v1.UnpackResponse;
import dev.mulligan.proto.guest.v1.WatchRequest;
import dev.mulligan.proto.guest.v1.WatchResponse;
import dev.mulligan.proto.guest.v1.WriteHeader;
import dev.mulligan.proto.guest.v1.WriteRequest;
import dev.mulligan.proto.guest.v1.WriteResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Reads and changes files for the host: the contract is {@code mulligan/guest/v1/files.proto}. Each call is one class of
 * this package; here they get a thread and the identity of the user that they act as.
 */
public final class FileService extends FileServiceGrpc.FileServiceImplBase {
    private final Accounts accounts;
    private final Executor executor;
    private final Restorer restorer;

    /**
     * Serves the files of this guest.
     *
     * @param executor for blocking work: as many platform threads as it takes
     * @param views of what is mounted over the guest's disk
     */
    public FileService(Accounts accounts, Executor executor, PastViews views) {
        this(accounts, executor, new Restorer(PluggedDisks.ofThisMachine(), Path.of("/run/mulligan"), views));
    }

    FileService(Accounts accounts, Executor executor, Restorer restorer) {
        this.accounts = accounts;
        this.executor = executor;
        this.restorer = restorer;
    }

    @Override
    public void read(ReadRequest request, StreamObserver<ReadResponse> responses) {
        stream(request.getUser(), responses, sender -> FileReader.read(request, sender));
    }

    @Override
    public StreamObserver<WriteRequest> write(StreamObserver<WriteResponse> responses) {
        BlockingReceiver<WriteRequest> requests = receiver(responses);
        answer(responses, () -> {
            WriteRequest first = requests.take();
            if (first == null || !first.hasHeader()) {
                throw GuestException.invalid("first request", describe(first), "header");
            }
            WriteHeader header = first.getHeader();
            Account user = accounts.require(header.getUser());
            return as(user, () -> FileWriter.write(header, user.isRoot(), requests));
        });
        return requests;
    }

    @Override
    public void list(ListRequest request, StreamObserver<ListResponse> responses) {
        stream(request.getUser(), responses, sender -> DirectoryLister.list(request, sender));
    }

    @Override
    public void stat(StatRequest request, StreamObserver<StatResponse> responses) {
        answerAs(request.getUser(), responses, () -> {
            BytePath path = BytePath.of(request.getPath());
            try (Directory root = Directory.root()) {
                return StatResponse.newBuilder()
                        .setFile(FileInfos.read(root, path.toBytes(), path))
                        .build();
            }
        });
    }

    @Override
    public void move(MoveRequest request, StreamObserver<MoveResponse> responses) {
        answerAs(request.getUser(), responses, () -> {
            BytePath source = BytePath.of(request.getSource());
            BytePath target = BytePath.of(request.getTarget());
            try (Directory root = Directory.root()) {
                root.rename(source.toBytes(), root, target.toBytes(), request.getReplace());
                return MoveResponse.getDefaultInstance();
            }
        });
    }

    @Override
    public void remove(RemoveRequest request, StreamObserver<RemoveResponse> responses) {
        answerAs(request.getUser(), responses, () -> {
            BytePath path = BytePath.of(request.getPath());
            if (path.isRoot()) {
                throw GuestException.invalid("path", path, "a path below the root");
            }
            try (Directory root = Directory.root();
                    Directory parent = root.open(path.parent().toBytes(), 0)) {
                byte[] name = path.name().toByteArray();
                if (request.getRecursive()) {
                    TreeRemover.remove(parent, name);
                } else if (parent.status(name).isDirectory()) {
                    parent.removeDirectory(name);
                } else {
                    parent.removeFile(name);
                }
                return RemoveResponse.getDefaultInstance();
            }
        });
    }

    @Override
    public void makeDirectory(MakeDirectoryRequest request, StreamObserver<MakeDirectoryResponse> responses) {
        answerAs(request.getUser(), responses, () -> {
            try (Directory root = Directory.root()) {
                Directories.make(root, BytePath.of(request.getPath()));
                return MakeDirectoryResponse.getDefaultInstance();
            }
        });
    }

    @Override
    public void watch(WatchRequest request, StreamObserver<WatchResponse> responses) {
        stream(request.getUser(), responses, sender -> Watcher.watch(request, sender));
    }

    @Override
    public void pack(PackRequest request, StreamObserver<PackResponse> responses) {
        stream(
                request.getUser(),
                responses,
                sender -> Packer.pack(BytePath.of(request.getPath()), new ChunkingStream(sender)));
    }

    @Override
    public StreamObserver<UnpackRequest> unpack(StreamObserver<UnpackResponse> responses) {
        BlockingReceiver<UnpackRequest> requests = receiver(responses);
        answer(responses, () -> {
            UnpackRequest first = requests.take();
            if (first == null || !first.hasHeader()) {
                throw GuestException.invalid("first request", describe(first), "header");
            }
            UnpackHeader header = first.getHeader();
            return as(
                    accounts.require(header.getUser()),
                    () -> Unpacker.unpack(BytePath.of(header.getPath()), new UnpackStream(requests)));
        });
        return requests;
    }

    @Override
    public void restore(RestoreRequest request, StreamObserver<RestoreResponse> responses) {
        answerAs("root", responses, () -> restorer.restore(request));
    }

    private interface Streaming<T> {
        void run(BlockingSender<T> sender) throws IOException, InterruptedException;
    }

    private <T> void stream(String user, StreamObserver<T> responses, Streaming<T> streaming) {
        BlockingSender<T> sender = new BlockingSender<>((ServerCallStreamObserver<T>) responses);
        executor.execute(() -> {
            try {
                as(accounts.require(user), () -> {
                    streaming.run(sender);
                    return true;
                });
                sender.complete();
            } catch (IOException | InterruptedException | RuntimeException e) {
                sender.fail(e);
            }
        });
    }

    private <T> void answerAs(String user, StreamObserver<T> responses, Identity.Action<T> action) {
        answer(responses, () -> as(accounts.require(user), action));
    }

    private <T> void answer(StreamObserver<T> responses, Identity.Action<T> action) {
        executor.execute(() -> {
            T response;
            try {
                response = action.run();
            } catch (IOException | InterruptedException | RuntimeException e) {
                responses.onError(Failures.toStatus(e));
                return;
            }
            responses.onNext(response);
            responses.onCompleted();
        });
    }

    private static <T> BlockingReceiver<T> receiver(StreamObserver<?> responses) {
        return new BlockingReceiver<>((ServerCallStreamObserver<?>) responses);
    }

    private static <T> T as(Account user, Identity.Action<T> action) throws IOException, InterruptedException {
        return Identity.as(user.uid(), user.gid(), user.groups(), action);
    }

    private static String describe(@Nullable Object first) {
        return first == null ? "none" : "something else";
    }
}
