package dev.mulligan.host.cli.bench;

import dev.mulligan.host.cli.bench.measure.Figure;
import dev.mulligan.host.cli.bench.measure.Timed;
import java.util.List;

/** A sandbox is created and a program runs in it. Whether it was fresh is found out afterwards. */
final class FreshSandbox implements Timed {
    private final Workbench bench;
    private final PoolNeed need;
    private final String expected;
    private final List<String> program;
    private String sandbox = "";

    /** @param expected what the program prints */
    FreshSandbox(Workbench bench, PoolNeed need, String expected, String... program) {
        this.bench = bench;
        this.need = need;
        this.expected = expected;
        this.program = List.of(program);
    }

    /** How the pool must be before a sandbox is created. */
    interface PoolNeed {
        void apply(PoolControl pool, String image) throws Exception;
    }

    @Override
    public void prepare() throws Exception {
        sandbox = "";
        need.apply(bench.abilities().pool(), bench.image());
    }

    @Override
    public void run() throws Exception {
        sandbox = bench.client().create(bench.image());
        String printed = bench.client().exec(sandbox, false, program);
        if (!printed.equals(expected)) {
            throw new IllegalStateException("output: '" + printed + "' (expected: '" + expected + "')");
        }
    }

    @Override
    public void tidy() throws Exception {
        if (sandbox.isEmpty()) {
            return;
        }
        try {
            bench.freshness().examine(sandbox, bench.client().exec(sandbox, true, Freshness.QUESTION));
        } finally {
            bench.client().delete(sandbox);
        }
    }

    @Override
    public List<Figure> figures() {
        return List.of(
                Figure.of("different boot ids in this run", bench.freshness().boots()));
    }
}
