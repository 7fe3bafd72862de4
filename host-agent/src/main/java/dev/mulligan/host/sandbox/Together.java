package dev.mulligan.host.sandbox;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.vm.VmException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** Does the same with several things at the same time. */
final class Together {
    private final int most;

    /** @param most how many at a time */
    Together(int most) {
        this.most = most;
    }

    /**
     * Returns when all is done. The first failure, or an interruption, ends what runs; when this throws, nothing of it
     * runs any more.
     *
     * @param done told how many of them are, on the calling thread
     */
    <T> void run(List<T> things, Consumer<T> work, IntConsumer done) {
        ExecutorService threads = Executors.newFixedThreadPool(
                Math.max(1, Math.min(most, things.size())),
                Thread.ofVirtual().name("together-", 0).factory());
        try {
            List<Future<?>> all = things.stream()
                    .<Future<?>>map(thing -> threads.submit(() -> work.accept(thing)))
                    .toList();
            int count = 0;
            for (Future<?> one : all) {
                await(one);
                count++;
                done.accept(count);
            }
        } finally {
            threads.shutdownNow();
            threads.close();
        }
    }

    private static void await(Future<?> one) {
        try {
            one.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw HostException.of(HostErrorCode.CANCELLED, "interrupted while sandboxes were being made")
                    .cause(interrupted)
                    .build();
        } catch (ExecutionException failed) {
            switch (failed.getCause()) {
                case HostException known -> throw known;
                case VmException machine -> throw VmFailures.translate(machine);
                case null, default -> throw new IllegalStateException(failed.getCause());
            }
        }
    }
}
