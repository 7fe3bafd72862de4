package dev.mulligan.host.cli.bench.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does the same many times at the same moment. */
public final class AtOnce {
    private AtOnce() {}

    /**
     * Returns what each of them returned, once the last has ended.
     *
     * @throws IllegalStateException if any failed: how many, and the first one's reason
     */
    public static <T> List<T> run(int count, Callable<T> task) throws InterruptedException {
        List<T> results = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        // Closing waits, and interrupts what still runs if the waiting is interrupted.
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> running = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                running.add(threads.submit(task));
            }
            for (Future<T> each : running) {
                try {
                    results.add(each.get());
                } catch (ExecutionException failure) {
                    failures.add(failure.getCause() == null ? failure : failure.getCause());
                } catch (InterruptedException interrupted) {
                    threads.shutdownNow();
                    throw interrupted;
                }
            }
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException(
                    "failures: " + failures.size() + " of " + count + " (expected: 0), the first: "
                            + failures.getFirst().getMessage(),
                    failures.getFirst());
        }
        return results;
    }
}
