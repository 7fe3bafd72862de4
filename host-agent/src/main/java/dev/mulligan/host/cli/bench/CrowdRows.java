package dev.mulligan.host.cli.bench;

import dev.mulligan.host.cli.bench.Abilities.Forking;
import dev.mulligan.host.cli.bench.FreshSandbox.PoolNeed;
import dev.mulligan.host.cli.bench.Row.When;
import dev.mulligan.host.cli.bench.measure.Contest;
import dev.mulligan.host.cli.bench.measure.Timed;
import java.util.ArrayList;
import java.util.List;

/** Many sandboxes. */
final class CrowdRows {
    private static final int BURST = 16;
    private static final int FORKS = 4;
    private static final int CROWD = 40;

    private CrowdRows() {}

    static List<Row> all() {
        return List.of(
                burst("burst-16-pool", "as many waiting in the pool", (pool, image) -> pool.fill(image, BURST)),
                burst("burst-16-template", "pool empty, template there", PoolControl::empty),
                new Row(
                        "fork-n",
                        "fork of one running sandbox into " + FORKS + " called to the exit of `true` in the last",
                        When.ALWAYS,
                        CrowdRows::fork),
                new Row(
                        "density",
                        "Exec of `true` called to exit, in one after the other of " + CROWD + " idle sandboxes",
                        When.WITH_POOL,
                        bench -> new Contest(CROWD, bench.crowd(CROWD), List.of())));
    }

    private static Row burst(String id, String state, PoolNeed need) {
        return new Row(
                id,
                BURST + " times Create at once called, " + state + ", to exit of `true` in the last",
                When.WITH_POOL,
                bench -> new Contest(
                        bench.abilities().pool().there() ? 5 : 1,
                        new Burst(bench, need, BURST),
                        bench.docker()
                                .map(docker -> List.of(docker.runAtOnce(BURST, "true")))
                                .orElse(List.of())));
    }

    private static Contest fork(Workbench bench) throws Exception {
        Forking forking = bench.abilities().forkingOrNone();
        String parent = bench.sandbox();
        List<String> forks = new ArrayList<>();
        return new Contest(
                10,
                new Timed() {
                    @Override
                    public void run() throws Exception {
                        forks.addAll(forking.fork(parent, FORKS));
                        for (String fork : forks) {
                            bench.client().exec(fork, false, List.of("true"));
                        }
                    }

                    @Override
                    public void tidy() throws Exception {
                        for (String fork : forks) {
                            bench.client().delete(fork);
                        }
                        forks.clear();
                    }
                },
                List.of());
    }
}
