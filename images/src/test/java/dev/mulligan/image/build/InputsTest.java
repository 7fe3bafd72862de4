package dev.mulligan.image.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.image.Digest;
import dev.mulligan.image.recipe.RecipeReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InputsTest {

    @TempDir
    private Path temporary;

    @Test
    void theSameDockerfileUnderAnotherNameIsAnotherImage() throws IOException {
        assertThat(inputs("one").recipeDigest())
                .isEqualTo(inputs("one").recipeDigest())
                .isNotEqualTo(inputs("two").recipeDigest());
    }

    private Inputs inputs(String name) throws IOException {
        Path folder = Files.createDirectories(temporary.resolve(name));
        Files.writeString(folder.resolve("Dockerfile"), "FROM debian:13\n");
        return Inputs.of(new RecipeReader().read(folder), Digest.of("guest agent"), List.of(), Scripts.load());
    }
}
