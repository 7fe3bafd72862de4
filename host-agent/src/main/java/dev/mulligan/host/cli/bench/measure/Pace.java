package dev.mulligan.host.cli.bench.measure;

/**
 * How a contest goes on.
 *
 * @param warmUp rounds of each before the first that is counted; at least 1
 * @param turn rounds of ours in a row, then so many of each peer, and so on; at least 1
 */
public record Pace(int warmUp, int turn) {
    /** For what takes long, or is done once. */
    public static final Pace ONE_BY_ONE = new Pace(1, 1);

    public Pace {
        if (warmUp < 1 || turn < 1) {
            throw new IllegalArgumentException("warm-up, turn: " + warmUp + ", " + turn + " (expected: >= 1)");
        }
    }
}
