package dev.mulligan.image.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import dev.mulligan.image.DiskSize;
import dev.mulligan.image.ImageException;
import dev.mulligan.image.ImageException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RecipeReaderTest {

    private static final String PACKAGES = "suite: trixie\npackages: [python3]\n";

    @TempDir
    Path folder;

    @Test
    void readsPackages() throws IOException {
        Recipe recipe = read("""
                name: small
                description: Just Python
                size: 2Gi
                tools: {python: python3}
                suite: trixie
                packages:
                  - python3
                  - linux-image-cloud-amd64
                """);

        assertThat(recipe.name()).isEqualTo("small");
        assertThat(recipe.diskSize()).isEqualTo(DiskSize.parse("2Gi"));
        assertThat(recipe.tools()).containsEntry("python", "python3");
        assertThat(recipe.source())
                .isEqualTo(new RecipeSource.Packages("trixie", List.of("python3", "linux-image-cloud-amd64")));
    }

    @Test
    void readsDockerfileAndUsualSize() throws IOException {
        Files.writeString(folder.resolve("Dockerfile"), "FROM debian:13\n");

        Recipe recipe = read("name: mine\ndescription: My own\n");

        assertThat(recipe.source()).isEqualTo(new RecipeSource.Dockerfile(folder.resolve("Dockerfile")));
        assertThat(recipe.diskSize()).isEqualTo(DiskSize.parse("10Gi"));
    }

    @Test
    void readsWhatInterpretersHaveImported() throws IOException {
        Recipe recipe = read("name: x\ndescription: y\n" + PACKAGES
                + "imports: {python: [numpy, matplotlib.pyplot], node: ['node:fs', '@scope/name']}\n");

        assertThat(recipe.imports())
                .containsExactly(
                        entry("python", List.of("numpy", "matplotlib.pyplot")),
                        entry("node", List.of("node:fs", "@scope/name")));
    }

    @Test
    void refusesImportsThatAreNone() {
        assertBad("name: x\ndescription: y\n" + PACKAGES + "imports: {ruby: [json]}\n")
                .withMessageContaining("unknown key \"ruby\"")
                .withMessageContaining("expected: python, node");
        assertBad("name: x\ndescription: y\n" + PACKAGES + "imports: {python: ['os; print(1)']}\n")
                .withMessageContaining("the imports of python: \"os; print(1)\"");
    }

    @Test
    void aFolderWithOnlyADockerfileIsARecipe() throws IOException {
        Path named = Files.createDirectory(folder.resolve("geo-2"));
        Path dockerfile = Files.writeString(named.resolve("Dockerfile"), "FROM debian:13\n");

        Recipe recipe = new RecipeReader().read(named);

        assertThat(recipe)
                .isEqualTo(new Recipe(
                        "geo-2",
                        "",
                        named,
                        DiskSize.parse("10Gi"),
                        Map.of(),
                        Map.of(),
                        new RecipeSource.Dockerfile(dockerfile)));
    }

    @Test
    void aFolderWhoseNameIsNoImagesNameSaysWhatToDo() throws IOException {
        Path named = Files.createDirectory(folder.resolve("My Geo"));
        Files.writeString(named.resolve("Dockerfile"), "FROM debian:13\n");

        assertThatExceptionOfType(ImageException.class)
                .isThrownBy(() -> new RecipeReader().read(named))
                .satisfies(e -> assertThat(e.code()).isEqualTo(Code.BAD_RECIPE))
                .withMessageStartingWith(named + " has no recipe.yaml, so its own name counts: name: \"My Geo\"")
                .satisfies(e -> assertThat(e.value()).isEqualTo("name: \"My Geo\""))
                .satisfies(e -> assertThat(e.expected()).startsWith("a lower-case letter"))
                .satisfies(e -> assertThat(e.remedy()).startsWith("rename the folder, or add a recipe.yaml"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"base", "data"})
    void shippedRecipesAreGood(String name) {
        Recipe recipe = new RecipeReader().read(Path.of("recipes", name));

        assertThat(recipe.name()).isEqualTo(name);
        assertThat(recipe.tools()).containsKeys("python", "node", "shell");
    }

    @Test
    void unknownKeyHasLineAndColumn() {
        assertBad("name: x\ndescription: y\n" + PACKAGES + "pakages: [a]\n")
                .withMessageContaining("recipe.yaml:5:1: unknown key \"pakages\"")
                .withMessageContaining("expected: name, description, size, suite, packages, tools, imports")
                .satisfies(e -> assertThat(e.value()).isEqualTo("unknown key \"pakages\""))
                .satisfies(e -> assertThat(e.expected()).startsWith("name, description"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    name: [a]                             | recipe.yaml:1:7: name is a list
                    name: x\\ndescription: ' '             | recipe.yaml:2:14: description is empty
                    name: x\\nname: y                      | recipe.yaml:2:1: key "name" for the second time
                    name: x\\ndescription: d\\nsize: 10GB   | recipe.yaml:3:7: disk size: "10GB"
                    name: x\\ndescription: d\\nsize: 1Mi    | recipe.yaml:3:7: disk size: 1048576 bytes
                    name: Base\\ndescription: d            | recipe.yaml:1:7: name: "Base"
                    name: ../up\\ndescription: d           | recipe.yaml:1:7: name: "../up"
                    name: x\\ntools: [python]              | recipe.yaml:2:8: tools is a list
                    name: x\\ntools: {python: "a b"}       | recipe.yaml:2:17: the package of tool python: "a b"
                    name: "x                              | recipe.yaml:3:1: found unexpected end of stream
                    - name                                | recipe.yaml:1:1: the recipe is a list
                    """)
    void whatIsWrongHasItsPlace(String yaml, String message) throws IOException {
        Files.writeString(folder.resolve("Dockerfile"), "FROM debian:13\n");
        String text = yaml.replace("\\n", "\n");
        String whole = text.contains("description") || text.startsWith("-") ? text : text + "\ndescription: d\n";

        assertBad(whole).withMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-oAPT::Foo", "Python3", "a;b", "a b", "$(reboot)"})
    void whatIsNoPackageIsRefused(String name) {
        assertBad("name: x\ndescription: d\nsuite: trixie\npackages: ['" + name + "']\n")
                .withMessageContaining("packages: \"" + name + "\"");
    }

    @Test
    void needsPackagesOrDockerfileAndNotBoth() throws IOException {
        assertBad("name: x\ndescription: d\n").withMessageContaining("neither packages nor a Dockerfile");
        assertBad("name: x\ndescription: d\nsuite: trixie\n").withMessageContaining("3:8: suite without packages");
        assertBad("name: x\ndescription: d\npackages: [a1]\n").withMessageContaining("packages without suite");

        Files.writeString(folder.resolve("Dockerfile"), "FROM debian:13\n");
        assertBad("name: x\ndescription: d\n" + PACKAGES).withMessageContaining("packages beside a Dockerfile");
    }

    @Test
    void folderWithoutRecipeIsUnknown() {
        for (Path missing : List.of(folder, folder.resolve("nowhere"))) {
            assertThatExceptionOfType(ImageException.class)
                    .isThrownBy(() -> new RecipeReader().read(missing))
                    .withMessageContaining(missing + " (expected: a folder with a recipe.yaml or a Dockerfile)")
                    .satisfies(e -> assertThat(e.code()).isEqualTo(Code.UNKNOWN_RECIPE))
                    .satisfies(e -> assertThat(e.value()).isEqualTo(missing.toString()));
        }
    }

    private ThrowableAssertAlternative<ImageException> assertBad(String yaml) {
        return assertThatExceptionOfType(ImageException.class)
                .isThrownBy(() -> read(yaml))
                .satisfies(e -> assertThat(e.code()).isEqualTo(Code.BAD_RECIPE));
    }

    private Recipe read(String yaml) throws IOException {
        Files.writeString(folder.resolve(Recipe.FILE), yaml);
        return new RecipeReader().read(folder);
    }
}
