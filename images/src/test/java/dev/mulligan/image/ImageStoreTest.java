package dev.mulligan.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mulligan.image.ImageException.Code;
import dev.mulligan.image.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ImageStoreTest {

    @TempDir
    Path temporary;

    private final FakePlanner planner = new FakePlanner();
    private final List<BuildEvent> events = new ArrayList<>();
    private Path directory;
    private ImageStore store;

    @BeforeEach
    void openStore() throws IOException {
        Path recipes = temporary.resolve("recipes");
        for (String name : List.of("base", "data")) {
            Path folder = Files.createDirectories(recipes.resolve(name));
            Files.writeString(folder.resolve("Dockerfile"), "FROM debian:13\n");
            Files.writeString(folder.resolve("recipe.yaml"), "name: " + name + "\ndescription: for a test\n");
        }
        directory = temporary.resolve("images");
        ImageStoreConfig config = new ImageStoreConfig(
                directory, recipes, temporary.resolve("agent.tar"), Optional.empty(), Optional.empty());
        store = new ImageStore(config, planner);
    }

    @Test
    void aNewStoreIsEmpty() {
        assertThat(store.list()).isEmpty();
        assertThat(store.find(new ImageRef("base"))).isEmpty();
        assertThat(store.recipes()).containsExactly("base", "data");
    }

    @Test
    void theNewestImageCarriesTheName() {
        Image first = build("base").image();
        planner.change();
        Image second = build("base").image();
        Image data = build("data").image();

        assertThat(store.list()).containsExactly(data, second, first);
        assertThat(store.find(new ImageRef("base"))).contains(second);
        assertThat(store.find(new ImageRef(first.manifest().digest().value()))).contains(first);
        assertThat(store.find(new ImageRef(first.manifest().digest().hex().substring(0, 12))))
                .contains(first);
        assertThat(first.disk()).hasContent("disk");
        assertThat(first.directory())
                .isEqualTo(directory.resolve(first.manifest().digest().hex()));
    }

    @Test
    void nothingChangedIsACacheHitThatSaysSo() {
        BuildResult first = build("base");
        BuildResult second = build("base");
        BuildResult forced = store.build(store.recipe("base"), new BuildOptions(false), events::add);

        assertThat(first.cached()).isFalse();
        assertThat(second).isEqualTo(new BuildResult(first.image(), true));
        assertThat(forced.cached()).isFalse();
        assertThat(events).contains(new BuildEvent.Progress("cache", 1, "nothing has changed: base"));
    }

    @Test
    void aFailedBuildLeavesNothing() {
        planner.doing(building -> {
            throw new ImageException(Code.BUILD_FAILED, "mke2fs: no");
        });

        assertCode(Code.BUILD_FAILED, () -> build("base"));

        assertThat(children()).containsExactly(".lock");
        assertThat(store.list()).isEmpty();
    }

    @Test
    void aCancelledBuildLeavesNothingAndTheThreadInterrupted() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        planner.doing(building -> {
            begun.countDown();
            try {
                Thread.sleep(Duration.ofMinutes(10));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw ImageException.of(Code.CANCELLED, "cancelled").cause(e).build();
            }
        });
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread builder = Thread.ofPlatform().start(() -> {
            assertCode(Code.CANCELLED, () -> build("base"));
            interrupted.complete(Thread.currentThread().isInterrupted());
        });
        begun.await();

        builder.interrupt();

        assertThat(interrupted.get()).isTrue();
        assertThat(children()).containsExactly(".lock");
    }

    @Test
    void nobodySeesHalfAnImage() {
        planner.doing(building -> {
            assertThat(building.getFileName().toString()).startsWith(".building-");
            assertThat(store.list()).isEmpty();
        });

        build("base");

        assertThat(store.list()).hasSize(1);
        assertThat(children()).hasSize(2);
    }

    @Test
    void twoBuildsFollowOneAnother() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        planner.doing(building -> {
            begun.countDown();
            awaitQuietly(go);
        });
        CompletableFuture<BuildResult> first = inBackground(() -> build("base"));
        begun.await();
        CompletableFuture<BuildEvent> waiting = new CompletableFuture<>();
        CompletableFuture<BuildResult> second =
                inBackground(() -> store.build(store.recipe("base"), BuildOptions.defaults(), waiting::complete));

        assertThat(waiting.get()).isEqualTo(new BuildEvent.Progress("waiting", 0, "another build is running"));
        go.countDown();

        assertThat(first.get().cached()).isFalse();
        assertThat(second.get().cached()).isTrue();
    }

    @Test
    void whatAKilledBuildLeftIsRemovedByTheNext() throws IOException {
        Path left = Files.createDirectories(directory.resolve(".building-1/work/root"));
        Files.createSymbolicLink(left.resolve("link"), temporary);

        build("base");

        assertThat(directory.resolve(".building-1")).doesNotExist();
        assertThat(temporary.resolve("recipes")).exists();
    }

    @Test
    void aDamagedImageIsLeftOut() throws IOException {
        Image image = build("base").image();
        Files.writeString(image.directory().resolve(ImageFiles.MANIFEST), "{");

        assertThat(store.list()).isEmpty();
        assertThat(build("base").cached()).isFalse();
    }

    @Test
    void deletesByNameOrDigest() {
        Image image = build("base").image();

        store.delete(new ImageRef("base"));

        assertThat(image.directory()).doesNotExist();
        assertThat(children()).containsExactly(".lock");
        assertCode(Code.UNKNOWN_IMAGE, () -> store.delete(new ImageRef("base")));
    }

    @Test
    void recipesAreShippedNamesOrAbsoluteFolders() {
        assertThat(store.recipe("data").name()).isEqualTo("data");
        assertThat(store.recipe(temporary.resolve("recipes/data").toString()).name())
                .isEqualTo("data");
        for (String unknown : List.of("nope", "../recipes/data", "", "/nowhere", "data/")) {
            assertCode(Code.UNKNOWN_RECIPE, () -> store.recipe(unknown));
        }
    }

    private BuildResult build(String name) {
        Recipe recipe = store.recipe(name);
        return store.build(recipe, BuildOptions.defaults(), events::add);
    }

    /** On a thread of its own: the common pool may have only one. */
    private static <T> CompletableFuture<T> inBackground(Supplier<T> action) {
        return CompletableFuture.supplyAsync(action, task -> Thread.ofPlatform().start(task));
    }

    private List<String> children() {
        try (Stream<Path> children = Files.list(directory)) {
            return children.map(child -> child.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertCode(Code code, Runnable action) {
        assertThatExceptionOfType(ImageException.class)
                .isThrownBy(action::run)
                .satisfies(e -> assertThat(e.code()).isEqualTo(code))
                .withMessageMatching("(?s).+");
    }
}
