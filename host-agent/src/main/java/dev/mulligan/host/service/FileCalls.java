package dev.mulligan.host.service;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.guest.Guest;
import dev.mulligan.host.guest.GuestFile;
import dev.mulligan.host.guest.GuestPath;
import dev.mulligan.proto.host.v1.ListFilesRequest;
import dev.mulligan.proto.host.v1.ListFilesResponse;
import dev.mulligan.proto.host.v1.MakeDirectoryRequest;
import dev.mulligan.proto.host.v1.MakeDirectoryResponse;
import dev.mulligan.proto.host.v1.MoveFileRequest;
import dev.mulligan.proto.host.v1.MoveFileResponse;
import dev.mulligan.proto.host.v1.RemoveFileRequest;
import dev.mulligan.proto.host.v1.RemoveFileResponse;
import dev.mulligan.proto.host.v1.StatFileRequest;
import dev.mulligan.proto.host.v1.StatFileResponse;
import dev.mulligan.proto.host.v1.WatchFilesRequest;
import dev.mulligan.proto.host.v1.WatchFilesResponse;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** The calls of {@code SandboxService} about single files and directories. */
final class FileCalls {
    private static final int FILES_PER_MESSAGE = 256;

    private final ByHand byHand;
    private final Calls calls;

    FileCalls(ByHand byHand, Calls calls) {
        this.byHand = byHand;
        this.calls = calls;
    }

    void list(ListFilesRequest request, StreamObserver<ListFilesResponse> observer) {
        Caller caller = Caller.current();
        calls.stream(
                observer,
                sender -> byHand.look(request.getSandbox(), caller.actor(), files -> {
                    Listing listing = new Listing(sender);
                    boolean truncated =
                            files.list(path("path", request.getPath()), ByHand.user(request.getRoot()), listing::add);
                    listing.end(truncated);
                    return truncated;
                }));
    }

    void stat(StatFileRequest request, StreamObserver<StatFileResponse> observer) {
        Caller caller = Caller.current();
        calls.answer(
                observer,
                () -> byHand.look(request.getSandbox(), caller.actor(), files -> {
                    GuestFile file = files.stat(path("path", request.getPath()), ByHand.user(request.getRoot()));
                    return StatFileResponse.newBuilder()
                            .setFile(FileMessages.message(file))
                            .build();
                }));
    }

    void move(MoveFileRequest request, StreamObserver<MoveFileResponse> observer) {
        Caller caller = Caller.current();
        calls.answer(observer, () -> {
            GuestPath source = path("source", request.getSource());
            GuestPath target = path("target", request.getTarget());
            return byHand.change(
                    request.getSandbox(),
                    caller.actor(),
                    "sandbox.file_moved",
                    Map.of("source", source.toString(), "target", target.toString()),
                    request.getRoot(),
                    files -> {
                        files.move(source, target, ByHand.user(request.getRoot()), request.getReplace());
                        return MoveFileResponse.getDefaultInstance();
                    });
        });
    }

    void remove(RemoveFileRequest request, StreamObserver<RemoveFileResponse> observer) {
        Caller caller = Caller.current();
        calls.answer(observer, () -> {
            GuestPath path = path("path", request.getPath());
            return byHand.change(
                    request.getSandbox(),
                    caller.actor(),
                    "sandbox.file_removed",
                    Map.of("path", path.toString(), "recursive", String.valueOf(request.getRecursive())),
                    request.getRoot(),
                    files -> {
                        files.remove(path, ByHand.user(request.getRoot()), request.getRecursive());
                        return RemoveFileResponse.getDefaultInstance();
                    });
        });
    }

    void makeDirectory(MakeDirectoryRequest request, StreamObserver<MakeDirectoryResponse> observer) {
        Caller caller = Caller.current();
        calls.answer(observer, () -> {
            GuestPath path = path("path", request.getPath());
            return byHand.change(
                    request.getSandbox(),
                    caller.actor(),
                    "sandbox.directory_made",
                    Map.of("path", path.toString()),
                    request.getRoot(),
                    files -> {
                        files.makeDirectory(path, ByHand.user(request.getRoot()));
                        return MakeDirectoryResponse.getDefaultInstance();
                    });
        });
    }

    void watch(WatchFilesRequest request, StreamObserver<WatchFilesResponse> observer) {
        Caller caller = Caller.current();
        calls.stream(
                observer,
                sender -> byHand.look(request.getSandbox(), caller.actor(), files -> {
                    Watcher watcher = new Watcher(sender);
                    AutoCloseable watch = files.watch(
                            path("path", request.getPath()),
                            ByHand.user(request.getRoot()),
                            request.getRecursive(),
                            watcher);
                    try {
                        watcher.awaitEnd();
                    } finally {
                        watch.close();
                    }
                    return watcher;
                }));
    }

    /** From a request's text; the complaint names the field. */
    static GuestPath path(String field, String text) {
        try {
            return GuestPath.of(text);
        } catch (HostException bad) {
            throw bad.at(field);
        }
    }

    /** Gathers entries, so that a large directory is not one message for each. */
    private static final class Listing {
        private final Sender<ListFilesResponse> sender;
        private ListFilesResponse.Builder page = ListFilesResponse.newBuilder();

        Listing(Sender<ListFilesResponse> sender) {
            this.sender = sender;
        }

        void add(GuestFile file) {
            page.addFiles(FileMessages.message(file));
            if (page.getFilesCount() == FILES_PER_MESSAGE) {
                sender.send(page.build());
                page = ListFilesResponse.newBuilder();
            }
        }

        void end(boolean truncated) {
            sender.send(page.setTruncated(truncated).build());
        }
    }

    /** Hands changes on until the watch or the call ends. */
    private static final class Watcher implements Guest.WatchListener {
        private final Sender<WatchFilesResponse> sender;
        private final BlockingQueue<String> end = new LinkedBlockingQueue<>();

        Watcher(Sender<WatchFilesResponse> sender) {
            this.sender = sender;
        }

        @Override
        public void event(Guest.WatchKind kind, GuestPath path) {
            try {
                sender.send(FileMessages.message(kind, path));
            } catch (HostException clientIsGone) {
                end.add("");
            }
        }

        @Override
        public void ended(String reason) {
            end.add(reason);
        }

        void awaitEnd() throws InterruptedException {
            String reason = end.take();
            if (!reason.isEmpty()) {
                throw HostException.of(HostErrorCode.INTERRUPTED, "the watch has ended")
                        .value(reason)
                        .remedy("watch again")
                        .build();
            }
        }
    }
}
