package dev.mulligan.host.workspace.folder;

import com.google.protobuf.ByteString;
import dev.mulligan.host.workspace.linux.Place;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Waits until files of a directory are on the disk; several at a time: file systems write what is waited for at the same
 * time in one go (ext4: one commit of its journal for all of them).
 */
final class FileSync {
    private static final int AT_A_TIME = 16;

    private FileSync() {}

    static void all(Place directory, Collection<ByteString> names) throws IOException {
        Queue<ByteString> left = new ConcurrentLinkedQueue<>(names);
        int threads = Math.min(AT_A_TIME, names.size());
        if (threads < 2) {
            drain(directory, left);
            return;
        }
        // Not virtual ones: each stands still in the kernel.
        try (ExecutorService executor = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().name("file-sync-", 0).factory())) {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                running.add(executor.submit(() -> {
                    drain(directory, left);
                    return null;
                }));
            }
            for (Future<?> one : running) {
                await(one);
            }
        } finally {
            left.clear();
        }
    }

    private static void drain(Place directory, Queue<ByteString> left) throws IOException {
        for (ByteString name = left.poll(); name != null; name = left.poll()) {
            try (Place file = directory.file(name)) {
                file.sync();
            }
        }
    }

    private static void await(Future<?> one) throws IOException {
        try {
            one.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IOException(failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while files were written to the disk");
        }
    }
}
