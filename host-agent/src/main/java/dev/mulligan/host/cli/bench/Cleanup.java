package dev.mulligan.host.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What to take away at the end, the newest first; one that fails does not keep the others, and neither does an
 * interrupt, however often it comes: the steps run on a thread that nobody else knows.
 */
final class Cleanup implements AutoCloseable {
    private final Deque<Named> steps = new ArrayDeque<>();
    private final Consumer<String> report;

    Cleanup(Consumer<String> report) {
        this.report = report;
    }

    void add(String name, Step step) {
        steps.push(new Named(name, step));
    }

    @Override
    public void close() {
        Thread worker = Thread.ofPlatform().name("cleanup").start(this::runAll);
        boolean interrupted = false;
        while (worker.isAlive()) {
            try {
                worker.join();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void runAll() {
        for (Named each : steps) {
            report.accept("removing: " + each.name());
            try {
                each.step().run();
            } catch (Exception failure) {
                report.accept(each.name() + " not removed: " + failure.getMessage());
            }
        }
    }

    static void removeTree(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** One thing to take away. */
    interface Step {
        void run() throws Exception;
    }

    private record Named(String name, Step step) {}
}
