package dev.mulligan.host.cli.bench;

import java.util.Optional;

/**
 * One thing that is measured.
 *
 * @param name as in {@code --only} and in the table
 * @param boundary where the clock starts and stops; for people
 * @param rounds counted ones, after one warm-up that is not
 * @param peer what is measured in turn with it, round by round
 */
record Row(String name, String boundary, int rounds, Timed operation, Optional<Peer> peer) {
    Row {
        if (rounds < 1) {
            throw new IllegalArgumentException("rounds: " + rounds + " (expected: 1 or more)");
        }
    }

    /** @param name of the peer and what it does */
    record Peer(String name, Timed operation) {}
}
