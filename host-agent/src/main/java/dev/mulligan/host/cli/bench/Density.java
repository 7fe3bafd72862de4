package dev.mulligan.host.cli.bench;

import dev.mulligan.host.cli.bench.measure.Figure;
import dev.mulligan.host.cli.bench.measure.Timed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Many idle sandboxes at once: {@code true} runs in one after the other, and the memory of the QEMU processes is looked
 * at when half of them and when all of them are there, so that "one more" is what one more costs, not an average with
 * the first.
 */
final class Density implements Timed {
    private static final int HALVES = 2;
    private static final int POOLED = 8;
    private static final double MEBIBYTE = 1 << 20;
    private static final int SETTLE_SECONDS = 60;

    private final Workbench bench;
    private final QemuMemory memory;
    private final int count;
    private final Consumer<String> progress;
    private final List<String> sandboxes = new ArrayList<>();
    private final List<Figure> figures = new ArrayList<>();
    private int next;

    /** @param count even */
    Density(Workbench bench, QemuMemory memory, int count, Consumer<String> progress) {
        this.bench = bench;
        this.memory = memory;
        this.count = count;
        this.progress = progress;
    }

    @Override
    public void prepare() throws Exception {
        if (!sandboxes.isEmpty()) {
            return;
        }
        PoolControl pool = bench.abilities().pool();
        pool.empty(bench.image());
        Map<Long, Long> others = memory.bytes();
        if (pool.there()) {
            pool.fill(bench.image(), POOLED);
            figures.add(mebibytes("PSS of one paused in the pool", settled(others, POOLED) / POOLED));
            pool.empty(bench.image());
        }
        long half = 0;
        for (int part = 1; part <= HALVES; part++) {
            while (sandboxes.size() < count * part / HALVES) {
                sandboxes.add(bench.client().create(bench.image()));
                progress.accept("sandbox " + sandboxes.size() + " of " + count);
            }
            answered();
            long bytes = settled(others, sandboxes.size());
            if (part == HALVES) {
                figures.add(mebibytes("PSS of one more", (bytes - half) / (count - count / HALVES)));
                figures.add(mebibytes("PSS of all, by their number", bytes / count));
            }
            half = bytes;
        }
    }

    @Override
    public void run() throws Exception {
        bench.client().exec(sandboxes.get(next), false, List.of("true"));
        next = (next + 1) % sandboxes.size();
    }

    @Override
    public List<Figure> figures() throws Exception {
        figures.add(Figure.of("sandboxes that answer", answered()));
        return figures;
    }

    @Override
    public void end() throws Exception {
        for (String sandbox : sandboxes) {
            bench.client().delete(sandbox);
        }
        sandboxes.clear();
    }

    private int answered() throws Exception {
        for (String sandbox : sandboxes) {
            bench.client().exec(sandbox, false, List.of("true"));
        }
        return sandboxes.size();
    }

    /** Their PSS in bytes once it has come to rest: within a hundredth for two seconds, or after a minute. */
    private long settled(Map<Long, Long> others, int expected) throws IOException, InterruptedException {
        long before = 0;
        long now = sum(others, expected);
        for (int waited = 0; waited < SETTLE_SECONDS && Math.abs(now - before) > now / 100; waited += 2) {
            Thread.sleep(2_000);
            before = now;
            now = sum(others, expected);
        }
        return now;
    }

    private long sum(Map<Long, Long> others, int expected) throws IOException {
        Map<Long, Long> ours = new TreeMap<>(memory.bytes());
        ours.keySet().removeAll(others.keySet());
        if (ours.size() != expected) {
            throw new IllegalStateException("QEMU processes that have come: " + ours.size() + " (expected: " + expected
                    + "; does somebody else use this host agent?)");
        }
        return ours.values().stream().mapToLong(Long::longValue).sum();
    }

    private static Figure mebibytes(String name, long bytes) {
        return new Figure(name, bytes / MEBIBYTE, "MiB");
    }
}
