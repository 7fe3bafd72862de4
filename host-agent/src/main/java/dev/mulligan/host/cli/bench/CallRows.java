package dev.mulligan.host.cli.bench;

import dev.mulligan.host.cli.bench.Abilities.Interpreter;
import dev.mulligan.host.cli.bench.Row.When;
import dev.mulligan.host.cli.bench.measure.Contest;
import dev.mulligan.host.cli.bench.measure.Pace;
import dev.mulligan.host.cli.bench.measure.Peer;
import java.util.List;

/** Programs and code in a sandbox that runs already. */
final class CallRows {
    /**
     * Who calls once calls again. The first hundreds of a host agent that has just been started, and of the one client,
     * cost Java's compilers.
     */
    private static final Pace CALLS = new Pace(200, 10);

    private CallRows() {}

    static List<Row> all() {
        return List.of(
                exec("exec-true", "Exec of `true` called to exit", 100, "", "true"),
                exec(
                        "exec-python",
                        "Exec of python3 -c 'print(1)' called to exit",
                        30,
                        "1\n",
                        "python3",
                        "-c",
                        "print(1)"),
                new Row(
                        "guest-call",
                        "StatFile of / called to its answer: what any call into a guest costs",
                        When.ALWAYS,
                        bench -> {
                            String sandbox = bench.sandbox();
                            return new Contest(100, CALLS, () -> bench.client().stat(sandbox), List.of());
                        }),
                new Row(
                        "session-python",
                        "`1+1` sent to a Python that lives on, called to its value",
                        When.ALWAYS,
                        CallRows::session));
    }

    private static Row exec(String id, String boundary, int rounds, String expected, String... program) {
        return new Row(id, boundary, When.ALWAYS, bench -> {
            String sandbox = bench.sandbox();
            return new Contest(
                    rounds,
                    CALLS,
                    () -> {
                        String printed = bench.client().exec(sandbox, false, List.of(program));
                        if (!printed.equals(expected)) {
                            throw new IllegalStateException("output: '" + printed + "' (expected: '" + expected + "')");
                        }
                    },
                    peers(bench, program));
        });
    }

    private static Contest session(Workbench bench) throws Exception {
        Interpreter interpreter = bench.abilities().interpreterOrNone();
        String sandbox = bench.sandbox();
        return new Contest(
                100,
                CALLS,
                () -> {
                    String value = interpreter.evaluate(sandbox, "1+1");
                    if (!value.equals("2")) {
                        throw new IllegalStateException("value: '" + value + "' (expected: '2')");
                    }
                },
                peers(bench, "python3", "-c", "print(1+1)"));
    }

    private static List<Peer> peers(Workbench bench, String... program) throws Exception {
        return bench.docker().map(docker -> List.of(docker.exec(program))).orElse(List.of());
    }
}
