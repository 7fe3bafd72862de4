package dev.mulligan.vm.libvirt;

import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads that call libvirt. libvirt keeps the reason of a failure per thread and tells it in a second call; a
 * virtual thread may have moved between the two. So a call and the question for its reason are one task here.
 */
final class NativeThreads implements AutoCloseable {
    // A machine's verbs exclude each other, so this is how many machines can be worked on at the same time.
    private static final int THREADS = 8;

    private final ExecutorService threads = Executors.newFixedThreadPool(
            THREADS, Thread.ofPlatform().daemon().name("libvirt-", 1).factory());

    /** Waits for the task, interrupted or not: what was begun cannot be called back. */
    <T> T call(Callable<T> task) {
        Future<T> future;
        try {
            future = threads.submit(task);
        } catch (RejectedExecutionException e) {
            throw VmException.of(VmErrorCode.CLOSED, "connection to libvirt", "closed", "open", "open a new manager");
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw translate(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static RuntimeException translate(@Nullable Throwable cause) {
        // A fresh exception with the caller's stack; the one of the pool's thread says where libvirt was called.
        if (cause instanceof VmException e) {
            return new VmException(e.code(), String.valueOf(e.getMessage()), e);
        }
        return new IllegalStateException("a libvirt call failed in an unexpected way", cause);
    }

    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(30, TimeUnit.SECONDS)) {
                throw new VmException(VmErrorCode.HYPERVISOR_FAILED, "a libvirt call did not return within 30 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
