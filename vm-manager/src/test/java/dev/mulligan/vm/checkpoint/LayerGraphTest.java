package dev.mulligan.vm.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LayerGraphTest {
    // 1 ← 2 ← 3, and 2 ← 4: two presents on one past.
    private final LayerGraph graph =
            LayerGraph.of("1").with("2", "1").with("3", "2").with("4", "2");

    @Test
    void aChainGoesDownToTheImage() {
        assertThat(graph.chain("4")).containsExactly("4", "2", "1");
        assertThat(graph.children("2")).containsExactly("3", "4");
        assertThatIllegalArgumentException().isThrownBy(() -> graph.chain("5")).withMessageContaining("5");
    }

    @Test
    void aLayerStaysAsLongAsSomebodyStandsOnIt() {
        assertThat(graph.retain(List.of("4")).parents().keySet()).containsExactly("1", "2", "4");
        assertThat(graph.retain(List.of("1", "3")).parents().keySet()).containsExactly("1", "2", "3");
        assertThat(graph.retain(List.of("1")).parents().keySet()).containsExactly("1");
    }

    @Test
    void aLayerCannotStandOnOneThatIsNotThere() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LayerGraph(new LinkedHashMap<>(Map.of("2", Optional.of("1")))));
    }
}
