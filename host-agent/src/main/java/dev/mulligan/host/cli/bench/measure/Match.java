package dev.mulligan.host.cli.bench.measure;

import dev.mulligan.host.cli.bench.measure.Measurement.Rival;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Plays a contest: the warm-up of each, then ours and the peers' in turn (A B A B), so that a machine whose speed drifts
 * is unfair to nobody. A peer that fails is left out, with the reason; ours failing fails the row.
 */
public final class Match {
    private final Contest contest;
    private final LongSupplier nanoClock;
    private final Listener listener;
    private final List<Duration> ours = new ArrayList<>();
    private final Map<String, List<Duration>> aside = new LinkedHashMap<>();
    private final Map<Peer, List<Duration>> rivals = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();

    private Match(Contest contest, LongSupplier nanoClock, Listener listener) {
        this.contest = contest;
        this.nanoClock = nanoClock;
        this.listener = listener;
    }

    /** Told that a round begins; 0 is the warm-up. */
    public interface Listener {
        void round(int round, int of);
    }

    /** Plays it to its end; its operations are ended in any case. */
    public static Measurement play(Contest contest, LongSupplier nanoClock, Listener listener) throws Exception {
        Match match = new Match(contest, nanoClock, listener);
        List<Figure> figures;
        try {
            match.rounds();
            figures = contest.ours().figures();
        } catch (Exception failure) {
            try {
                match.end();
            } catch (Exception second) {
                failure.addSuppressed(second);
            }
            throw failure;
        }
        match.end();
        return match.result(figures);
    }

    private void rounds() throws Exception {
        contest.peers().forEach(peer -> rivals.put(peer, new ArrayList<>()));
        rounds(contest.pace().warmUp(), false);
        rounds(contest.rounds(), true);
    }

    private void rounds(int number, boolean count) throws Exception {
        for (int done = 0; done < number; done += contest.pace().turn()) {
            int last = Math.min(number, done + contest.pace().turn());
            for (int round = done + 1; round <= last; round++) {
                listener.round(count ? round : 0, contest.rounds());
                playOurs(count);
            }
            for (Peer peer : List.copyOf(rivals.keySet())) {
                for (int round = done + 1; round <= last && rivals.containsKey(peer); round++) {
                    playPeer(peer, count);
                }
            }
        }
    }

    private void playOurs(boolean counts) throws Exception {
        Duration mine = time(contest.ours());
        if (counts) {
            ours.add(mine);
            contest.ours()
                    .aside()
                    .forEach((name, part) ->
                            aside.computeIfAbsent(name, _ -> new ArrayList<>()).add(part));
        }
    }

    private Measurement result(List<Figure> figures) {
        Map<String, Samples> parts = new LinkedHashMap<>();
        aside.forEach((name, durations) -> parts.put(name, new Samples(durations)));
        List<Rival> played = new ArrayList<>();
        rivals.forEach((peer, durations) -> played.add(new Rival(peer.name(), new Samples(durations))));
        return new Measurement(new Samples(ours), parts, figures, played, notes);
    }

    private void playPeer(Peer peer, boolean counts) throws InterruptedException {
        try {
            Duration theirs = time(peer.operation());
            if (counts) {
                rivals.getOrDefault(peer, new ArrayList<>()).add(theirs);
            }
        } catch (InterruptedException interrupted) {
            throw interrupted;
        } catch (Exception failure) {
            notes.add(peer.name() + " left out: " + failure.getMessage());
            rivals.remove(peer);
        }
    }

    private Duration time(Timed operation) throws Exception {
        Duration taken;
        try {
            operation.prepare();
            long start = nanoClock.getAsLong();
            operation.run();
            taken = Duration.ofNanos(nanoClock.getAsLong() - start);
        } catch (Exception failure) {
            try {
                operation.tidy();
            } catch (Exception second) {
                failure.addSuppressed(second);
            }
            throw failure;
        }
        operation.tidy();
        return taken;
    }

    private void end() throws Exception {
        try {
            contest.ours().end();
        } finally {
            for (Peer peer : contest.peers()) {
                endPeer(peer);
            }
        }
    }

    private void endPeer(Peer peer) throws InterruptedException {
        try {
            peer.operation().end();
        } catch (InterruptedException interrupted) {
            throw interrupted;
        } catch (Exception failure) {
            notes.add(peer.name() + " did not end well: " + failure.getMessage());
        }
    }
}
