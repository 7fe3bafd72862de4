package dev.mulligan.image.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mulligan.image.BuildEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AllocationTest {

    private final List<BuildEvent> events = new ArrayList<>();
    private final Allocation whole = Allocation.whole(events::add, 10);

    @Test
    void halfOfAShareIsThatMuchOfTheWhole() {
        Allocation first = whole.next("first", 4);
        Allocation second = whole.next("second", 6, 3);
        Allocation inner = second.next("inner", 1);

        first.at(0.5, "half");
        inner.at(0.5, "half of a third");
        second.next("last", 2).at(1, "all");

        assertThat(events)
                .containsExactly(
                        new BuildEvent.Progress("first", 0.2, "half"),
                        new BuildEvent.Progress("inner", 0.5, "half of a third"),
                        new BuildEvent.Progress("last", 1, "all"));
    }

    @Test
    void neverGoesBackAndNeverBeyondTheShare() {
        Allocation first = whole.next("first", 5);

        first.at(7, "too much");
        first.at(-1, "too little");

        assertThat(events)
                .containsExactly(
                        new BuildEvent.Progress("first", 0.5, "too much"),
                        new BuildEvent.Progress("first", 0.5, "too little"));
    }

    @Test
    void cannotGiveMoreThanItHas() {
        Allocation nine = whole.next("nine", 9);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> whole.next("two", 2))
                .withMessage("two: 2 units (expected: 1 to 1, the rest of 10)");
        assertThat(nine.phase()).isEqualTo("nine");
    }

    @Test
    void aptIsHeardInTwoRounds() {
        AptProgress apt = new AptProgress(whole.next("apt", 10), 0.4);

        List.of(
                        "0 upgraded, 1 newly installed, 0 to remove",
                        "Unpacking a (1) ...",
                        "Setting up a (1) ...",
                        "0 upgraded, 2 newly installed, 0 to remove",
                        "Get:1 http://example.org b",
                        "Get:2 http://example.org c",
                        "Unpacking b ...")
                .forEach(apt);

        List<Double> fractions = events.stream()
                .filter(BuildEvent.Progress.class::isInstance)
                .map(event -> Math.round(100 * ((BuildEvent.Progress) event).fraction()) / 100.0)
                .toList();
        assertThat(fractions).containsExactly(0.13, 0.27, 0.5, 0.6, 0.7);
        assertThat(events).filteredOn(BuildEvent.Log.class::isInstance).hasSize(7);
    }

    @Test
    void dockerIsHeardByItsSteps() {
        DockerProgress docker = new DockerProgress(whole.next("Dockerfile", 10));

        docker.accept("Step 2/4 : RUN true");

        assertThat(events).contains(new BuildEvent.Progress("Dockerfile", 0.25, "RUN true"));
    }
}
