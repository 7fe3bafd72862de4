package dev.mulligan.host.cli.bench.report;

import dev.mulligan.host.cli.bench.measure.Outcome;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One run of the benchmark.
 *
 * @param command that makes it again
 * @param machine what it ran on: model, processors, memory, kernel, acceleration, load
 * @param versions of everything that takes part
 * @param notes what to know about the whole run
 * @param interrupted it did not come to its last row
 */
public record Report(
        Instant time,
        String command,
        Map<String, String> machine,
        Map<String, String> versions,
        List<String> notes,
        List<Outcome> outcomes,
        boolean interrupted) {
    public Report {
        machine = Collections.unmodifiableMap(new LinkedHashMap<>(machine));
        versions = Collections.unmodifiableMap(new LinkedHashMap<>(versions));
        notes = List.copyOf(notes);
        outcomes = List.copyOf(outcomes);
    }

    /** Whether no row failed. */
    public boolean passed() {
        return outcomes.stream().noneMatch(Outcome.Failed.class::isInstance);
    }
}
