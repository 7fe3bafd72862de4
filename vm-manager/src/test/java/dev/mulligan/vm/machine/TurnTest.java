package dev.mulligan.vm.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.vm.VmId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class TurnTest {
    private static final VmId MACHINE = new VmId("machine");

    private final List<String> seen = new ArrayList<>();
    private final Turn turn = new Turn(Duration.ofSeconds(5), () -> look("observation"));

    private void look(String during) {
        seen.add(during + ": taken " + turn.isTaken() + ", changing " + turn.isChanging());
    }

    /** Or the state of a machine that has just died would be the one before, for as long as somebody looks at it. */
    @Test
    void whoObservesChangesNothing() {
        turn.request();
        assertThat(seen).containsExactly("observation: taken true, changing false");
    }

    @Test
    void anObservationIsMadeUpForWhenTheVerbIsDone() {
        String result = turn.take(MACHINE, () -> {
            CompletableFuture.runAsync(turn::request).join();
            look("verb");
            return "done";
        });
        look("afterwards");
        assertThat(result).isEqualTo("done");
        assertThat(seen)
                .containsExactly(
                        "verb: taken true, changing true",
                        "observation: taken true, changing false",
                        "afterwards: taken false, changing false");
    }
}
