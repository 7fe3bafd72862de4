package dev.mulligan.host.cli.bench.measure;

import java.util.List;

/**
 * What runs for one row: our operation and its peers, in turn with it.
 *
 * @param rounds counted ones; 1 to {@value #MOST_ROUNDS}
 * @param pace how long the turns are, and how many rounds before them are not counted
 * @param peers the first is the one that the ratio is against
 */
public record Contest(int rounds, Pace pace, Timed ours, List<Peer> peers) {
    public static final int MOST_ROUNDS = 1_000;

    public Contest {
        if (rounds < 1 || rounds > MOST_ROUNDS) {
            throw new IllegalArgumentException("rounds: " + rounds + " (expected: 1 to " + MOST_ROUNDS + ")");
        }
        peers = List.copyOf(peers);
    }

    /** One after the other, after one of each that is not counted. */
    public Contest(int rounds, Timed ours, List<Peer> peers) {
        this(rounds, Pace.ONE_BY_ONE, ours, peers);
    }

    /** The same with another number of rounds. */
    public Contest withRounds(int others) {
        return new Contest(others, pace, ours, peers);
    }
}
