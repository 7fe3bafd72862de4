package dev.mulligan.host.cli.bench;

import dev.mulligan.host.cli.bench.FreshSandbox.PoolNeed;
import dev.mulligan.host.cli.bench.Row.When;
import dev.mulligan.host.cli.bench.measure.Contest;
import dev.mulligan.host.cli.bench.measure.Peer;
import java.util.List;

/** A sandbox that nobody has used, and the first thing that runs in it. */
final class StartRows {
    private static final String[] TRUE = {"true"};
    private static final String[] PYTHON = {"python3", "-c", "print(1)"};

    private StartRows() {}

    static List<Row> all() {
        return List.of(
                row(
                        "fresh-true-pool",
                        "Create called, one waiting in the pool, to exit of `true`",
                        When.WITH_POOL,
                        20,
                        (pool, image) -> pool.fill(image, 1),
                        "",
                        TRUE),
                row(
                        "fresh-python-pool",
                        "Create called, one waiting in the pool, to exit of python3 -c 'print(1)'",
                        When.WITH_POOL,
                        20,
                        (pool, image) -> pool.fill(image, 1),
                        "1\n",
                        PYTHON),
                row(
                        "fresh-true-template",
                        "Create called, pool empty, template there, to exit of `true`",
                        When.WITH_POOL,
                        20,
                        PoolControl::empty,
                        "",
                        TRUE),
                row(
                        "cold-start",
                        "Create called, neither pool nor template, to exit of `true`",
                        When.ON_REQUEST,
                        5,
                        PoolControl::forget,
                        "",
                        TRUE));
    }

    private static Row row(
            String id, String boundary, When when, int rounds, PoolNeed need, String expected, String... program) {
        return new Row(id, boundary, when, bench -> {
            List<Peer> peers = bench.docker()
                    .map(docker -> List.of(docker.run(program), docker.runWithoutNetwork(program)))
                    .orElse(List.of());
            boolean boots = !bench.abilities().pool().there();
            return new Contest(
                    boots ? Math.min(rounds, 5) : rounds, new FreshSandbox(bench, need, expected, program), peers);
        });
    }
}
