package dev.mulligan.host.cli.bench;

import dev.mulligan.host.HostDirectories;
import dev.mulligan.host.cli.bench.Selection.Chosen;
import dev.mulligan.host.cli.bench.Workbench.Surroundings;
import dev.mulligan.host.cli.bench.measure.Contest;
import dev.mulligan.host.cli.bench.measure.Match;
import dev.mulligan.host.cli.bench.measure.Measurement;
import dev.mulligan.host.cli.bench.measure.NotHereException;
import dev.mulligan.host.cli.bench.measure.Outcome;
import dev.mulligan.host.cli.bench.report.Report;
import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.GetImageRequest;
import dev.mulligan.proto.host.v1.GetStatusRequest;
import dev.mulligan.proto.host.v1.GetStatusResponse;
import dev.mulligan.proto.host.v1.Image;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * The benchmark: what a client of the host agent sees, each row in turn with a peer that does the same without it.
 * Peers that are not there are left out, and the report says so. A row that fails does not end the others. Whatever it
 * makes, it removes, also when it is interrupted.
 */
public final class Bench {
    private static final String IMAGE = "base";

    private final HostClient host;
    private final HostDirectories state;
    private final Consumer<String> progress;

    /**
     * Prepares a run.
     *
     * @param state of the same host agent: the peers use its image
     * @param progress told what is being measured
     */
    public Bench(HostClient host, HostDirectories state, Consumer<String> progress) {
        this.host = host;
        this.state = state;
        this.progress = progress;
    }

    /**
     * Measures the rows.
     *
     * @param rounds of each row; empty: its own number
     * @param command that makes the report again
     */
    public Report run(Selection selection, OptionalInt rounds, String command) throws Exception {
        Instant start = Instant.now();
        String run = Long.toString(ProcessHandle.current().pid());
        GetStatusResponse status = host.host(Patience.ANSWER).getStatus(GetStatusRequest.getDefaultInstance());
        Image image = host.images(Patience.ANSWER)
                .get(GetImageRequest.newBuilder().setImage(IMAGE).build())
                .getImage();
        Surroundings surroundings = new Surroundings(
                Optional.ofNullable(System.getProperty("mulligan.home")).map(Path::of),
                host.endpoint().toString());
        var machine = HostFacts.machine(status);
        var versions = HostFacts.versions(status, image, surroundings.home());
        progress.accept("looking for the template of " + IMAGE);
        BenchClient client = new BenchClient(host, run);
        Abilities abilities = Abilities.of(host, client, TemplatePool.isPossible(host, IMAGE));
        try (Workbench bench = new Workbench(client, abilities, image, state, surroundings, run, progress)) {
            List<Outcome> outcomes = new ArrayList<>();
            boolean interrupted = measure(selection, rounds, bench, outcomes);
            return new Report(start, command, machine, versions, bench.notes(), outcomes, interrupted);
        }
    }

    /** Returns whether an interrupt ended it: what was measured before counts all the same. */
    private boolean measure(Selection selection, OptionalInt rounds, Workbench bench, List<Outcome> outcomes) {
        boolean interrupted = false;
        for (Chosen chosen : selection.chosen()) {
            Row row = chosen.row();
            try {
                outcomes.add(
                        interrupted
                                ? new Outcome.LeftOut(row.id(), row.boundary(), "interrupted")
                                : outcome(chosen, rounds, bench));
            } catch (InterruptedException end) {
                interrupted = true;
                outcomes.add(new Outcome.LeftOut(row.id(), row.boundary(), "interrupted"));
            }
        }
        return interrupted;
    }

    private Outcome outcome(Chosen chosen, OptionalInt rounds, Workbench bench) throws InterruptedException {
        Row row = chosen.row();
        try {
            if (row.when() == Row.When.WITH_POOL
                    && !chosen.named()
                    && !bench.abilities().pool().there()) {
                throw new NotHereException("this host agent has no pool; --only " + row.id() + " takes minutes");
            }
            progress.accept(row.id());
            Contest contest = row.opening().open(bench);
            Measurement measurement = Match.play(
                    rounds.isPresent() ? contest.withRounds(rounds.getAsInt()) : contest,
                    System::nanoTime,
                    (round, of) -> progress.accept(row.id() + ": " + (round == 0 ? "warm-up" : round + " of " + of)));
            return new Outcome.Measured(
                    row.id(), row.boundary(), bench.abilities().pool().state(), measurement);
        } catch (NotHereException absent) {
            return new Outcome.LeftOut(row.id(), row.boundary(), String.valueOf(absent.getMessage()));
        } catch (Exception failure) {
            throwIfInterrupted(failure);
            bench.distrust();
            String reason = Optional.ofNullable(failure.getMessage()).orElse(failure.toString());
            progress.accept(row.id() + ": FAILED: " + reason);
            return new Outcome.Failed(row.id(), row.boundary(), reason);
        }
    }

    /** An interrupt ends the run, in whatever clothes gRPC has put it. */
    private static void throwIfInterrupted(Exception failure) throws InterruptedException {
        boolean interrupted = Thread.interrupted();
        for (Throwable cause = failure; cause != null && !interrupted; cause = cause.getCause()) {
            interrupted = cause instanceof InterruptedException;
        }
        if (interrupted) {
            InterruptedException end = new InterruptedException("interrupted");
            end.initCause(failure);
            throw end;
        }
    }
}
