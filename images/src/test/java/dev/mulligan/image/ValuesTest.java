package dev.mulligan.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ValuesTest {

    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void digestOfAFileIsThatOfItsBytes(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "abc");

        assertThat(Digest.of(file)).isEqualTo(Digest.of("abc")).hasToString("sha256:" + ABC);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sha256:", "sha256:XYZ", ABC, "md5:" + ABC})
    void whatIsNoDigestIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Digest(text))
                .withMessage("digest: \"" + text + "\" (expected: sha256: and 64 hex digits)");
    }

    @ParameterizedTest
    @CsvSource({"256Mi, 268435456", "10Gi, 10737418240", "1Ti, 1099511627776"})
    void readsSizesOfDisks(String text, long bytes) {
        assertThat(DiskSize.parse(text).bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "10G", "-1Gi", "0Gi", "255Mi", "17Ti", "999999999Ti", "1.5Gi"})
    void whatIsNoSizeIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DiskSize.parse(text))
                .withMessageContaining("expected:");
    }

    @ParameterizedTest
    @CsvSource({ABC + ", true", "sha256:" + ABC + ", true", "ba7816bf, true", "ba7816b, false", "aa7816bf, false"})
    void digestsAreFoundByEightDigits(String ref, boolean expected) {
        assertThat(new ImageRef(ref).matchesDigest(Digest.of("abc"))).isEqualTo(expected);
    }

    @Test
    void theEnvironmentNamesMirrorAndDocker() {
        ImageStoreConfig config = ImageStoreConfig.of(
                Path.of("i"), Path.of("r"), Path.of("g"), Map.of("MULLIGAN_MIRROR", " http://m.example/debian "));

        assertThat(config.directory()).isAbsolute();
        assertThat(config.mirror()).hasValueSatisfying(uri -> assertThat(uri).hasHost("m.example"));
        assertThat(config.docker()).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        ImageStoreConfig.of(Path.of("i"), Path.of("r"), Path.of("g"), Map.of("MULLIGAN_MIRROR", "a b")))
                .withMessageContaining("MULLIGAN_MIRROR: \"a b\"");
    }
}
