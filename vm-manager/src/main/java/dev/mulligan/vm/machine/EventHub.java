package dev.mulligan.vm.machine;

import dev.mulligan.vm.Subscription;
import dev.mulligan.vm.VmEvent;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Two threads: one looks at what happened to domains, one tells the listeners. So a slow listener delays no look. */
final class EventHub implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventHub.class);
    private final Map<Object, Consumer<VmEvent>> listeners = new ConcurrentHashMap<>();
    private final ExecutorService observing = thread("vm-observer");
    private final ExecutorService telling = thread("vm-events");

    private static ExecutorService thread(String name) {
        return Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name(name).factory());
    }

    Subscription subscribe(Consumer<VmEvent> listener) {
        // A key of its own, or the same listener given twice could not be removed once.
        var key = new Object();
        listeners.put(key, listener);
        return () -> listeners.remove(key);
    }

    void publish(VmEvent event) {
        // Those who listen now: a listener that comes later is told what happens later.
        List<Consumer<VmEvent>> now = List.copyOf(listeners.values());
        run(telling, () -> now.forEach(listener -> listener.accept(event)));
    }

    /** Runs a look at a domain, after those that were asked for before. */
    void observe(Runnable look) {
        run(observing, look);
    }

    private static void run(ExecutorService thread, Runnable task) {
        try {
            thread.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException e) {
                    LOG.warn("a listener or a look at a machine failed", e);
                }
            });
        } catch (RejectedExecutionException closed) {
            LOG.debug("an event came after the end");
        }
    }

    @Override
    public void close() {
        observing.shutdown();
        telling.shutdown();
        try {
            if (!observing.awaitTermination(10, TimeUnit.SECONDS) || !telling.awaitTermination(10, TimeUnit.SECONDS)) {
                LOG.warn("a listener of machine events did not return within 10 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
