package dev.mulligan.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mulligan.image.ImageException.Code;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ManifestJsonTest {

    private final ImageManifest manifest = Manifests.manifest("base", 1);

    @Test
    void readsWhatItWrites() {
        byte[] bytes = ManifestJson.write(manifest);

        assertThat(ManifestJson.read(bytes)).isEqualTo(manifest);
        assertThat(ManifestJson.write(ManifestJson.read(bytes))).isEqualTo(bytes);
    }

    @Test
    void isForPeopleToo() {
        assertThat(new String(ManifestJson.write(manifest), StandardCharsets.UTF_8))
                .contains("\"digest\" : \"sha256:", "\"python\" : \"3.13.5\"", "\"created\" : \"2026-01-01T00:00:01Z\"")
                .endsWith("}\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{}", "{\"digest\": \"sha256:abc\"}", "{\"digest\": null}"})
    void whatIsDamagedIsRefused(String json) {
        assertThatExceptionOfType(ImageException.class)
                .isThrownBy(() -> ManifestJson.read(json.getBytes(StandardCharsets.UTF_8)))
                .satisfies(e -> assertThat(e.code()).isEqualTo(Code.DAMAGED_IMAGE));
    }
}
