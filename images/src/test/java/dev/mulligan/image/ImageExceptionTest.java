package dev.mulligan.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.image.ImageException.Code;
import org.junit.jupiter.api.Test;

final class ImageExceptionTest {

    @Test
    void theMessageIsMadeOfItsParts() {
        ImageException whole = ImageException.of(Code.UNKNOWN_IMAGE, "image")
                .value("\"x\"")
                .expected("a name")
                .remedy("build it")
                .build();

        assertThat(whole).hasMessage("image: \"x\" (expected: a name); build it");
        assertThat(whole.value()).isEqualTo("\"x\"");
        assertThat(whole.expected()).isEqualTo("a name");
        assertThat(whole.remedy()).isEqualTo("build it");
    }

    @Test
    void aSentenceHasNoOtherParts() {
        ImageException sentence = new ImageException(Code.CANCELLED, "the build was cancelled");

        assertThat(sentence).hasMessage("the build was cancelled");
        assertThat(sentence.what()).isEqualTo("the build was cancelled");
        assertThat(sentence.value() + sentence.expected() + sentence.remedy()).isEmpty();
    }
}
