package dev.mulligan.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mulligan.image.ImageException.Code;
import dev.mulligan.image.command.Command;
import dev.mulligan.image.command.CommandRunner;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** Dockerfiles become images in a real Docker engine, which is left as it was found, whatever happens. */
@Tag("docker")
final class DockerfileBuildIT {

    @TempDir
    Path temporary;

    private final DockerHost docker = new DockerHost();
    private final List<BuildEvent> events = new CopyOnWriteArrayList<>();
    private Path directory;
    private Path recipe;
    private Path agent;
    private Set<String> imagesBefore = Set.of();
    private Set<String> containersBefore = Set.of();

    @BeforeEach
    void prepare() throws IOException {
        directory = temporary.resolve("images");
        recipe = Files.createDirectory(temporary.resolve("recipe"));
        agent = TestAgent.write(temporary.resolve("agent.tar"));
        docker.ensureDebian(temporary);
        imagesBefore = docker.images();
        containersBefore = docker.containers();
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertThat(imagesBefore).containsAll(docker.images());
        assertThat(containersBefore).containsAll(docker.containers());
        if (Files.exists(directory)) {
            try (Stream<Path> children = Files.list(directory)) {
                assertThat(children.map(child -> child.getFileName().toString()))
                        .allMatch(name -> name.equals(".lock") || name.matches("[0-9a-f]{64}"));
            }
        }
    }

    @Test
    void aDockerfileBecomesABootableImage() throws Exception {
        Files.writeString(recipe.resolve(".dockerignore"), "secret\n");
        Files.writeString(recipe.resolve("secret"), "not for the image\n");
        Files.writeString(recipe.resolve("kept"), "for the image\n");
        write("mine", """
                FROM %s
                ENV GREETING=hello
                COPY . /context/
                RUN cp /bin/true /opt/capable && chown 1234:5678 /opt/capable && chmod 4750 /opt/capable \\
                 && ln /opt/capable /opt/second && ln -s /etc/shadow /opt/link
                USER nobody
                """.formatted(DockerHost.DEBIAN));

        BuildResult first = build();
        BuildResult second = build();

        assertThat(first.cached()).isFalse();
        assertThat(second).isEqualTo(new BuildResult(first.image(), true));
        ImageManifest manifest = first.image().manifest();
        assertThat(manifest.operatingSystem()).startsWith("Debian GNU/Linux 13");
        assertThat(manifest.kernel()).endsWith("-cloud-amd64");
        assertThat(manifest.tools()).containsKey("shell");
        assertThat(manifest.packages()).containsKeys("systemd", "linux-image-" + manifest.kernel());
        assertThat(manifest.origins()).contains("FROM " + DockerHost.DEBIAN, "COPY . /context/");

        DiskInspector disk = new DiskInspector(first.image(), temporary);
        disk.check();
        assertThat(disk.ask("ls /context")).contains("kept").doesNotContain("secret");
        assertThat(disk.ask("stat /opt/capable")).contains("User:  1234", "Group:  5678", "Mode:  04750", "Links: 2");
        assertThat(disk.ask("stat /opt/link")).contains("Fast link dest: \"/etc/shadow\"");
        assertThat(disk.ask("cat /etc/environment")).contains("GREETING=hello");
        assertThat(disk.ask("cat /etc/passwd")).contains("agent:x:1000:1000:");
        assertThat(disk.ask("stat " + TestAgent.UNIT)).contains("Type: regular");
        assertThat(disk.ask("ls /dev")).doesNotContain("null");
        assertThat(disk.ask("stat /opt/mulligan/build")).contains("File not found");
        assertProgress();
        itsRootFileSystemRuns(first.image());
        aMulliganImageIsABaseForTheNext(manifest);
    }

    private void itsRootFileSystemRuns(Image image) throws Exception {
        String name = "mulligan-test/built:none";
        docker.importRoot(image.directory().resolve(ImageFiles.ROOT), name);
        try (GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(name))
                .withCommand("sleep", "600")
                .waitingFor(Wait.forSuccessfulCommand("true"))) {
            container.start();
            assertThat(container
                            .execInContainer("runuser", "-u", "agent", "--", "sh", "-c", "id -un; cat /context/kept")
                            .getStdout())
                    .isEqualTo("agent\nfor the image\n");
            assertThat(container
                            .execInContainer("/usr/lib/systemd/systemd", "--version")
                            .getStdout())
                    .startsWith("systemd ");
        } finally {
            docker.remove(name);
        }
    }

    /** Nothing has to be installed a second time, so this works without a network too. */
    private void aMulliganImageIsABaseForTheNext(ImageManifest base) throws IOException {
        write("next", "FROM mulligan/mine\nRUN cp /context/kept /opt/kept\n");

        ImageManifest next = build().image().manifest();

        assertThat(next.provenance().bases()).containsExactly(base.digest());
        assertThat(next.origins()).contains("mulligan/mine " + base.digest());
        assertThat(next.kernel()).isEqualTo(base.kernel());
        assertThat(next.packages()).isEqualTo(base.packages());
    }

    @Test
    void aBaseThatIsNotDebianIsRefused() throws IOException {
        String alpine = "mulligan-test/alpine:none";
        Path root = temporary.resolve("root");
        Files.createDirectories(root.resolve("usr/lib"));
        Files.writeString(root.resolve("usr/lib/os-release"), "ID=alpine\nPRETTY_NAME=\"Alpine Linux v3.22\"\n");
        Path tar = temporary.resolve("root.tar");
        new CommandRunner(System.getenv()).run(Command.in(root, "tar", "-cf", tar.toString(), "."), line -> {});
        docker.importRoot(tar, alpine);
        imagesBefore = docker.images();
        try {
            write("mine", "FROM " + alpine + "\nENV A=b\n");

            assertFails(Code.UNSUPPORTED_BASE)
                    .withMessageContaining("\"Alpine Linux v3.22\" (ID=alpine) (expected: Debian or Ubuntu")
                    .withMessageContaining("start FROM mulligan/base");
            assertThat(docker.images()).isEqualTo(imagesBefore);
        } finally {
            docker.remove(alpine);
            imagesBefore = docker.images();
        }
    }

    @Test
    void aFailingStepHasItsLastLines() throws IOException {
        write("mine", "FROM " + DockerHost.DEBIAN + "\nRUN echo one > /one\nRUN echo it broke; exit 7\n");

        assertFails(Code.BUILD_FAILED)
                .withMessageContaining("returned a non-zero code: 7")
                .withMessageContaining("it broke");
    }

    @Test
    void anInterruptLeavesNothing() throws Exception {
        write("mine", "FROM " + DockerHost.DEBIAN + "\nRUN echo one > /one\nRUN echo sleeping; sleep 600\n");
        CompletableFuture<Void> sleeping = new CompletableFuture<>();
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Thread builder = Thread.ofPlatform().start(() -> {
            try {
                build(event -> {
                    if (event instanceof BuildEvent.Log(String line) && line.equals("sleeping")) {
                        sleeping.complete(null);
                    }
                });
                failure.complete(new AssertionError("the build came to an end"));
            } catch (ImageException e) {
                failure.complete(e);
            }
        });
        sleeping.get();

        builder.interrupt();
        builder.join(Duration.ofSeconds(60));

        assertThat(failure.get())
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.code()).isEqualTo(Code.CANCELLED));
        awaitNoNewContainers();
    }

    @Test
    void whatAKilledBuildLeftInDockerIsRemovedByTheNext() throws IOException {
        String label = "dev.mulligan.build";
        String others = temporary.resolve("other-images").toString();
        String othersImage = "mulligan-test/others:none";
        try {
            docker.leaveLabelled(othersImage, label, others);
            Set<String> imagesWithOthers = docker.images();
            Set<String> containersWithOthers = docker.containers();
            docker.leaveLabelled("mulligan-build/user:killed", label, directory.toString());
            assertThat(docker.images()).isNotEqualTo(imagesWithOthers);
            // It need not succeed for that.
            write("mine", "FROM " + DockerHost.DEBIAN + "\nRUN exit 7\n");

            assertFails(Code.BUILD_FAILED);

            assertThat(docker.images()).isEqualTo(imagesWithOthers);
            assertThat(docker.containers()).isEqualTo(containersWithOthers);
        } finally {
            docker.removeContainersWith(label, others);
            docker.remove(othersImage);
        }
    }

    @Test
    void aMulliganImageThatIsNotThereIsNamed() throws IOException {
        write("mine", "FROM mulligan/base\n");

        assertFails(Code.MISSING_BASE).withMessageContaining("run `mulligan image build base` first");
    }

    @Test
    void withoutDockerTheErrorSaysWhatToDo() throws IOException {
        write("mine", "FROM debian:13\n");
        ImageStore store = ImageStore.open(new ImageStoreConfig(
                directory, temporary, agent, Optional.empty(), Optional.of(URI.create("unix:///nowhere/docker.sock"))));

        assertThatExceptionOfType(ImageException.class)
                .isThrownBy(() ->
                        store.build(store.recipe(recipe.toString()), BuildOptions.defaults(), BuildListener.SILENT))
                .satisfies(e -> assertThat(e.code()).isEqualTo(Code.NO_DOCKER))
                .withMessageContaining("unix:///nowhere/docker.sock does not answer")
                .withMessageContaining("systemctl start docker");
    }

    private void write(String name, String dockerfile) throws IOException {
        Files.writeString(
                recipe.resolve("recipe.yaml"),
                "name: " + name + "\ndescription: for a test\nsize: 2Gi\ntools: {shell: bash}\n");
        Files.writeString(recipe.resolve("Dockerfile"), dockerfile);
    }

    private BuildResult build() {
        return build(events::add);
    }

    private BuildResult build(BuildListener listener) {
        ImageStore store =
                ImageStore.open(new ImageStoreConfig(directory, temporary, agent, Optional.empty(), Optional.empty()));
        return store.build(store.recipe(recipe.toString()), BuildOptions.defaults(), listener);
    }

    private ThrowableAssertAlternative<ImageException> assertFails(Code code) {
        return assertThatExceptionOfType(ImageException.class)
                .isThrownBy(this::build)
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }

    private void assertProgress() {
        List<Double> fractions = new ArrayList<>();
        for (BuildEvent event : events) {
            if (event instanceof BuildEvent.Progress progress
                    && !progress.phase().equals("cache")) {
                fractions.add(progress.fraction());
            }
        }
        assertThat(fractions).isSorted().hasSizeGreaterThan(10).endsWith(1.0);
    }

    /** Docker itself removes the step's container, some time after the connection was closed. */
    private void awaitNoNewContainers() throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!docker.containers().equals(containersBefore) && System.nanoTime() < deadline) {
            Thread.sleep(200);
        }
    }
}
