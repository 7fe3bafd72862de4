package dev.mulligan.host.cli;

import dev.mulligan.host.cli.bench.Bench;
import dev.mulligan.host.cli.terminal.Progress;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mulligan bench}. */
@Command(
        name = "bench",
        description = {
            "Measure this machine: start, exec, bulk data, checkpoints and rollbacks, in turn with docker and virsh",
            "where they are. Prints n, p50 and p95 of each. Needs the image 'base'; starts the host agent if none runs."
        },
        footer = {"", "Example:", "  mulligan bench", "  mulligan bench --only exec-true,rollback-machine --output json"
        })
final class BenchCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Option(names = "--only", split = ",", paramLabel = "ROW", description = "Only these rows.")
    private Set<String> only = new TreeSet<>();

    BenchCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        Thread measuring = Thread.currentThread();
        var client = invocation.hostStarted();
        Bench.Result result;
        try (Progress progress = invocation.progress();
                var _ = invocation.interrupts().handle(measuring::interrupt)) {
            result = new Bench(client, invocation.state(), progress::step).run(only);
        }
        invocation.printLine(invocation.json() ? result.json() : result.table());
        return ExitCode.OK.number();
    }
}
