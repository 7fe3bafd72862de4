package dev.mulligan.host.cli;

import dev.mulligan.host.cli.bench.Bench;
import dev.mulligan.host.cli.bench.Selection;
import dev.mulligan.host.cli.bench.measure.Contest;
import dev.mulligan.host.cli.bench.measure.Outcome;
import dev.mulligan.host.cli.bench.report.Comparison;
import dev.mulligan.host.cli.bench.report.FormerReport;
import dev.mulligan.host.cli.bench.report.Report;
import dev.mulligan.host.cli.bench.report.ReportJson;
import dev.mulligan.host.cli.bench.report.ReportTable;
import dev.mulligan.host.cli.terminal.Progress;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mulligan bench}. */
@Command(
        name = "bench",
        description = {
            "Measure this machine: starts, calls, bulk data, checkpoints, rollbacks, many sandboxes at once; in turn with"
                    + " docker and virsh where they are.",
            "Prints n, p50, p95 and p99 of each. Needs the image 'base'; starts the host agent if none runs.",
            "A row that fails does not end the others, and makes the exit code 1. Ctrl-C prints what is there."
        },
        footer = {
            "",
            "Example:",
            "  mulligan bench",
            "  mulligan bench --only exec,rollback-machine --output json >before.json",
            "  mulligan bench --only exec,rollback-machine --compare before.json"
        })
final class BenchCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "ROW",
            description = "Only these rows: ids, or how ids begin. What takes minutes runs only if it is named.")
    private Set<String> only = new LinkedHashSet<>();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "Measure each row so many times, instead of its own number.")
    private @Nullable Integer rounds;

    @Option(
            names = "--compare",
            paramLabel = "FILE",
            description = "Say what changed since the run whose JSON this file holds.")
    private @Nullable Path compare;

    BenchCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        Selection selection = Selection.of(only);
        OptionalInt each = rounds();
        Optional<FormerReport> former = compare == null ? Optional.empty() : Optional.of(FormerReport.read(compare));
        Thread measuring = Thread.currentThread();
        var client = invocation.hostStarted();
        Report report;
        try (Progress progress = invocation.progress();
                var _ = invocation.interrupts().handle(measuring::interrupt)) {
            report = new Bench(client, invocation.state(), progress::step).run(selection, each, commandLine());
        }
        if (report.interrupted() && report.outcomes().stream().noneMatch(Outcome.Measured.class::isInstance)) {
            throw new InterruptedException("interrupted");
        }
        Optional<Comparison> comparison = former.map(before -> Comparison.of(before, report));
        if (invocation.json()) {
            invocation.printLine(ReportJson.of(report, comparison));
        } else {
            invocation.printLine(ReportTable.of(report)
                    + comparison.map(changes -> "\n" + changes.table()).orElse(""));
        }
        if (report.interrupted()) {
            return ExitCode.INTERRUPTED.number();
        }
        return report.passed() ? ExitCode.OK.number() : ExitCode.FAILED.number();
    }

    private OptionalInt rounds() {
        if (rounds == null) {
            return OptionalInt.empty();
        }
        if (rounds < 1 || rounds > Contest.MOST_ROUNDS) {
            throw new ParameterException(
                    java.util.Objects.requireNonNull(spec).commandLine(),
                    "--rounds: " + rounds + " (expected: 1 to " + Contest.MOST_ROUNDS + ")");
        }
        return OptionalInt.of(rounds);
    }

    private String commandLine() {
        return "./mulligan bench" + (only.isEmpty() ? "" : " --only " + String.join(",", only))
                + (rounds == null ? "" : " --rounds " + rounds);
    }
}
