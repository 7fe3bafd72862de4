package dev.mulligan.host.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Paths as the record has them. */
final class RecordedPathsTest {
    @Test
    void noNameCanPoseAsTwoPaths() {
        assertThat(RecordedPaths.texts(List.of("/srv/a, /srv/secret", "/srv/b,c d")))
                .containsExactly("/srv/a,\\x20/srv/secret, /srv/b,c d");
    }

    @Test
    void manyPathsTakeSeveralTexts() {
        String half = "/" + "x".repeat(EntryFormat.LONGEST_TEXT / 2);
        assertThat(RecordedPaths.texts(List.of(half, half))).containsExactly(half, half);
        assertThat(RecordedPaths.texts(List.of())).isEmpty();
    }
}
