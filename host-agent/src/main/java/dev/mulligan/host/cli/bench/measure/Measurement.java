package dev.mulligan.host.cli.bench.measure;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What came out for one row.
 *
 * @param aside durations that our operation reported itself, by name
 * @param peers in the row's order, those that failed left out
 * @param notes why a peer was left out
 */
public record Measurement(
        Samples ours, Map<String, Samples> aside, List<Figure> figures, List<Rival> peers, List<String> notes) {
    public Measurement {
        aside = Collections.unmodifiableMap(new LinkedHashMap<>(aside));
        figures = List.copyOf(figures);
        peers = List.copyOf(peers);
        notes = List.copyOf(notes);
    }

    /** What a peer took. */
    public record Rival(String name, Samples samples) {}

    /** Median of ours by median of the first peer's; empty without one. */
    public Optional<Double> ratio() {
        return peers.stream().findFirst().map(this::ratio);
    }

    /** Median of ours by median of that peer's. */
    public double ratio(Rival peer) {
        return (double) ours.median().toNanos()
                / Math.max(1, peer.samples().median().toNanos());
    }
}
