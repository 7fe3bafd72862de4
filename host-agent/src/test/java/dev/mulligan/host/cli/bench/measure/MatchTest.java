package dev.mulligan.host.cli.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class MatchTest {
    private final List<String> calls = new ArrayList<>();
    private long nanos;

    @Test
    void takesTurnsAndDoesNotCountTheWarmUp() throws Exception {
        Contest contest = new Contest(2, new Recorded("a", 3), List.of(peer("b", 6), peer("c", 12)));

        Measurement measurement = play(contest);

        assertThat(calls.stream().filter(call -> call.endsWith(" run")))
                .containsExactly("a run", "b run", "c run", "a run", "b run", "c run", "a run", "b run", "c run");
        assertThat(measurement.ours().count()).isEqualTo(2);
        assertThat(measurement.ratio()).contains(0.5);
        assertThat(measurement.peers()).extracting(measurement::ratio).containsExactly(0.5, 0.25);
    }

    @Test
    void aTurnMayBeSeveralRoundsAndSoMayTheWarmUp() throws Exception {
        Contest contest = new Contest(3, new Pace(1, 2), new Recorded("a", 3), List.of(peer("b", 6)));

        Measurement measurement = play(contest);

        assertThat(calls.stream().filter(call -> call.endsWith(" run")))
                .containsExactly("a run", "b run", "a run", "a run", "b run", "b run", "a run", "b run");
        assertThat(measurement.ours().count()).isEqualTo(3);
        assertThat(measurement.peers().getFirst().samples().count()).isEqualTo(3);
    }

    @Test
    void refusesAPaceThatDoesNotGoOn() {
        assertThatThrownBy(() -> new Pace(1, 0)).hasMessage("warm-up, turn: 1, 0 (expected: >= 1)");
        assertThatThrownBy(() -> new Pace(0, 1)).hasMessage("warm-up, turn: 0, 1 (expected: >= 1)");
    }

    @Test
    void whatIsPreparedAndTidiedUpIsNotOnTheClock() throws Exception {
        assertThat(play(new Contest(1, new Recorded("a", 3), List.of())).ours().median())
                .isEqualTo(Duration.ofMillis(3));
        assertThat(calls)
                .containsExactly("a prepare", "a run", "a tidy", "a prepare", "a run", "a tidy", "a figures", "a end");
    }

    @Test
    void collectsWhatTheOperationSaysItself() throws Exception {
        Measurement measurement = play(new Contest(2, new Recorded("a", 3), List.of()));

        assertThat(measurement.aside().get("a part"))
                .isEqualTo(new Samples(List.of(Duration.ofNanos(1), Duration.ofNanos(1))));
        assertThat(measurement.figures()).containsExactly(Figure.of("number", 7));
    }

    @Test
    void aPeerThatFailsIsLeftOutAndSaidAndTheOthersGoOn() throws Exception {
        Peer broken = new Peer("broken", new Recorded("broken", 1) {
            @Override
            public void run() throws Exception {
                super.run();
                throw new IOException("docker: not found");
            }
        });

        Measurement measurement = play(new Contest(2, new Recorded("a", 3), List.of(broken, peer("b", 6))));

        assertThat(measurement.peers()).extracting(Measurement.Rival::name).containsExactly("b");
        assertThat(measurement.notes()).containsExactly("broken left out: docker: not found");
        assertThat(calls).containsOnlyOnce("broken run").contains("broken tidy", "broken end");
    }

    @Test
    void oursThatFailsFailsTheRowAndIsTidiedUpAndEnded() {
        Recorded broken = new Recorded("a", 3) {
            @Override
            public void run() throws IOException {
                throw new IOException("boom");
            }
        };

        assertThatThrownBy(() -> play(new Contest(2, broken, List.of(peer("b", 6)))))
                .hasMessage("boom");
        assertThat(calls).containsExactly("a prepare", "a tidy", "a end", "b end");
    }

    @Test
    void whatIsFoundWhileTidyingUpFailsTheRowOnce() {
        Recorded used = new Recorded("a", 3) {
            @Override
            public void tidy() throws Exception {
                super.tidy();
                throw new IllegalStateException("NOT FRESH");
            }
        };

        assertThatThrownBy(() -> play(new Contest(2, used, List.of()))).hasMessage("NOT FRESH");
        assertThat(calls).containsExactly("a prepare", "a run", "a tidy", "a end");
    }

    @Test
    void anInterruptedPeerEndsTheMatch() {
        Peer slow = new Peer("slow", () -> {
            throw new InterruptedException();
        });

        assertThatThrownBy(() -> play(new Contest(2, new Recorded("a", 3), List.of(slow))))
                .isInstanceOf(InterruptedException.class);
        assertThat(calls).endsWith("a end");
    }

    @Test
    void refusesNoRounds() {
        assertThatThrownBy(() -> new Contest(0, () -> {}, List.of())).hasMessage("rounds: 0 (expected: 1 to 1000)");
    }

    private Measurement play(Contest contest) throws Exception {
        return Match.play(contest, () -> nanos, (round, of) -> {});
    }

    private Peer peer(String name, int millis) {
        return new Peer(name, new Recorded(name, millis));
    }

    /** Takes so long by the test's clock, and a second before and after. */
    private class Recorded implements Timed {
        private final String name;
        private final int millis;

        Recorded(String name, int millis) {
            this.name = name;
            this.millis = millis;
        }

        @Override
        public void prepare() {
            calls.add(name + " prepare");
            nanos += 1_000_000_000;
        }

        @Override
        public void run() throws Exception {
            calls.add(name + " run");
            nanos += millis * 1_000_000L;
        }

        @Override
        public void tidy() throws Exception {
            calls.add(name + " tidy");
            nanos += 1_000_000_000;
        }

        @Override
        public Map<String, Duration> aside() {
            return Map.of(name + " part", Duration.ofNanos(1));
        }

        @Override
        public List<Figure> figures() {
            calls.add(name + " figures");
            return List.of(Figure.of("number", 7));
        }

        @Override
        public void end() {
            calls.add(name + " end");
        }
    }
}
