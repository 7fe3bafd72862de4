package dev.mulligan.host.cli.bench;

import dev.mulligan.host.cli.bench.FreshSandbox.PoolNeed;
import dev.mulligan.host.cli.bench.measure.AtOnce;
import dev.mulligan.host.cli.bench.measure.Figure;
import dev.mulligan.host.cli.bench.measure.Samples;
import dev.mulligan.host.cli.bench.measure.Timed;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Many sandboxes are asked for at the same moment, and {@code true} runs in each. One that fails fails the row. */
final class Burst implements Timed {
    private final Workbench bench;
    private final PoolNeed need;
    private final int count;
    private final Queue<String> created = new ConcurrentLinkedQueue<>();
    private List<Duration> each = List.of();
    private int rounds;

    Burst(Workbench bench, PoolNeed need, int count) {
        this.bench = bench;
        this.need = need;
        this.count = count;
    }

    @Override
    public void prepare() throws Exception {
        need.apply(bench.abilities().pool(), bench.image());
    }

    @Override
    public void run() throws Exception {
        each = AtOnce.run(count, () -> {
            long start = System.nanoTime();
            String sandbox = bench.client().create(bench.image());
            created.add(sandbox);
            bench.client().exec(sandbox, false, List.of("true"));
            return Duration.ofNanos(System.nanoTime() - start);
        });
        rounds++;
    }

    @Override
    public void tidy() throws Exception {
        for (String sandbox = created.poll(); sandbox != null; sandbox = created.poll()) {
            try {
                bench.freshness().examine(sandbox, bench.client().exec(sandbox, true, Freshness.QUESTION));
            } finally {
                bench.client().delete(sandbox);
            }
        }
    }

    @Override
    public Map<String, Duration> aside() {
        Samples samples = new Samples(each);
        return Map.of("the first of them", samples.percentile(1), "the median of them", samples.median());
    }

    @Override
    public List<Figure> figures() {
        return List.of(Figure.of("sandboxes, warm-up included", (long) rounds * count), Figure.of("failures", 0));
    }
}
