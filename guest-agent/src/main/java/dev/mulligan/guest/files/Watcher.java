package dev.mulligan.guest.files;

import com.google.protobuf.ByteString;
import dev.mulligan.guest.failure.ErrorCode;
import dev.mulligan.guest.failure.GuestException;
import dev.mulligan.guest.linux.Directory;
import dev.mulligan.guest.linux.Errno;
import dev.mulligan.guest.linux.Inotify;
import dev.mulligan.guest.linux.KernelException;
import dev.mulligan.guest.linux.Open;
import dev.mulligan.guest.stream.BlockingSender;
import dev.mulligan.proto.guest.v1.WatchRequest;
import dev.mulligan.proto.guest.v1.WatchResponse;
import dev.mulligan.proto.guest.v1.WatchResponse.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Reports what changes below a directory: the call Watch.
 *
 * <p>The kernel watches single directories. A new one is watched as soon as its creation is seen, then searched: what was
 * put into it before is reported then, some of it perhaps twice.
 */
final class Watcher {
    private static final int MAXIMUM = 8_192;

    /** How long a cancelled call may go unnoticed. */
    private static final Duration PATIENCE = Duration.ofMillis(250);

    private final Inotify inotify;
    private final boolean recursive;
    private final BlockingSender<WatchResponse> sender;
    private final Map<Integer, BytePath> watched = new HashMap<>();

    private Watcher(Inotify inotify, boolean recursive, BlockingSender<WatchResponse> sender) {
        this.inotify = inotify;
        this.recursive = recursive;
        this.sender = sender;
    }

    static void watch(WatchRequest request, BlockingSender<WatchResponse> sender)
            throws IOException, InterruptedException {
        BytePath path = BytePath.of(request.getPath());
        try (Inotify inotify = new Inotify();
                Directory root = Directory.root()) {
            Watcher watcher = new Watcher(inotify, request.getRecursive(), sender);
            watcher.add(root, path, true, false);
            sender.send(WatchResponse.newBuilder().setKind(Kind.READY).build());
            while (!sender.isCancelled()) {
                for (Inotify.Event event : inotify.poll(PATIENCE)) {
                    watcher.report(root, event);
                }
            }
        }
    }

    private void add(Directory root, BytePath path, boolean follow, boolean report)
            throws IOException, InterruptedException {
        if (watched.size() >= MAXIMUM) {
            throw new GuestException(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "watch: more than " + MAXIMUM + " directories (expected: fewer); watch a part of the tree");
        }
        watched.put(inotify.add(path.toBytes(), follow), path);
        if (!recursive) {
            return;
        }
        try (Directory directory = root.open(path.toBytes(), follow ? 0 : Open.NOFOLLOW)) {
            for (byte[] name : directory.names(Integer.MAX_VALUE)) {
                BytePath child = path.child(name);
                if (report) {
                    send(Kind.CREATED, child);
                }
                if (directory.find(name).filter(status -> status.isDirectory()).isPresent()) {
                    addIfThere(root, child, report);
                }
            }
        }
    }

    private void addIfThere(Directory root, BytePath path, boolean report) throws IOException, InterruptedException {
        try {
            add(root, path, false, report);
        } catch (KernelException e) {
            // Removed meanwhile, or not for this user to see: neither ends the watch.
            if (e.errno() != Errno.ENOENT && e.errno() != Errno.ENOTDIR && e.errno() != Errno.EACCES) {
                throw e;
            }
        }
    }

    private void report(Directory root, Inotify.Event event) throws IOException, InterruptedException {
        if (event.is(Inotify.OVERFLOW)) {
            sender.send(WatchResponse.newBuilder().setKind(Kind.OVERFLOW).build());
            return;
        }
        if (event.is(Inotify.IGNORED)) {
            watched.remove(event.watch());
            return;
        }
        BytePath directory = watched.get(event.watch());
        if (directory == null) {
            return;
        }
        BytePath path = event.name().length == 0 ? directory : directory.child(event.name());
        if (event.is(Inotify.CREATED | Inotify.MOVED_TO)) {
            send(Kind.CREATED, path);
            if (recursive && event.is(Inotify.IS_DIRECTORY)) {
                addIfThere(root, path, true);
            }
        } else if (event.is(Inotify.DELETED | Inotify.MOVED_FROM)) {
            send(Kind.DELETED, path);
            forget(path);
        } else {
            send(Kind.MODIFIED, path);
        }
    }

    /** A directory that moved away is still watched by the kernel, under a name that it no longer has. */
    private void forget(BytePath path) {
        watched.entrySet().removeIf(entry -> {
            boolean below =
                    entry.getValue().components().size() >= path.components().size()
                            && entry.getValue()
                                    .components()
                                    .subList(0, path.components().size())
                                    .equals(path.components());
            if (below) {
                try {
                    inotify.remove(entry.getKey());
                } catch (KernelException e) {
                    // Deleted: then the kernel has forgotten it already.
                }
            }
            return below;
        });
    }

    private void send(Kind kind, BytePath path) throws IOException, InterruptedException {
        ByteString bytes = path.toByteString();
        sender.send(WatchResponse.newBuilder().setKind(kind).setPath(bytes).build());
    }
}
