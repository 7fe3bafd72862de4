package dev.mulligan.image.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mulligan.image.ImageException;
import dev.mulligan.image.ImageException.Code;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class CommandRunnerTest {

    @TempDir
    Path directory;

    private final CommandRunner commands = new CommandRunner(System.getenv());
    private final List<String> lines = new CopyOnWriteArrayList<>();

    @Test
    void bothOutputsAreHeardLineByLine() {
        commands.run(
                Command.in(directory, "sh", "-c", "echo one; echo two >&2; echo \"$X\"; pwd")
                        .with("X", "a b; c"),
                lines::add);

        assertThat(lines).containsExactly("one", "two", "a b; c", directory.toString());
    }

    @Test
    void aFailureHasTheLastLinesAndNoMore() {
        assertThatExceptionOfType(ImageException.class)
                .isThrownBy(() -> commands.run(
                        Command.in(directory, "sh", "-c", "seq 1000; echo no space left; exit 3"), lines::add))
                .withMessageStartingWith("sh: status 3 (expected: 0); its last lines:")
                .withMessageEndingWith("no space left")
                .satisfies(e -> assertThat(e.code()).isEqualTo(Code.BUILD_FAILED))
                .satisfies(
                        e -> assertThat(String.valueOf(e.getMessage()).lines()).hasSizeLessThan(30));
    }

    @Test
    void aMissingProgramIsNamedWithItsPackage() {
        CommandRunner nowhere = new CommandRunner(Map.of("PATH", directory.toString()));

        assertThatExceptionOfType(ImageException.class)
                .isThrownBy(() -> nowhere.require("mulligan-is-not-a-program"))
                .withMessageContaining("program: mulligan-is-not-a-program is not installed")
                .withMessageEndingWith("install Debian's package mulligan-is-not-a-program")
                .satisfies(e -> assertThat(e.code()).isEqualTo(Code.MISSING_PROGRAM))
                .satisfies(e -> assertThat(e.value()).isEqualTo("mulligan-is-not-a-program is not installed"))
                .satisfies(e -> assertThat(e.expected()).startsWith("in " + directory))
                .satisfies(e -> assertThat(e.remedy()).startsWith("install Debian's package"));
    }

    @Test
    void anInterruptEndsTheProgramAndItsChildren() throws Exception {
        CompletableFuture<Long> child = new CompletableFuture<>();
        AtomicBoolean stillInterrupted = new AtomicBoolean();
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Thread build = Thread.ofPlatform().start(() -> {
            try {
                commands.run(
                        Command.in(directory, "sh", "-c", "sleep 600 & echo $!; wait"),
                        line -> child.complete(Long.parseLong(line)));
            } catch (ImageException e) {
                stillInterrupted.set(Thread.currentThread().isInterrupted());
                failure.complete(e);
            }
        });
        Optional<ProcessHandle> sleeping = ProcessHandle.of(child.get());

        build.interrupt();
        build.join(Duration.ofSeconds(20));

        assertThat(failure.get())
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.code()).isEqualTo(Code.CANCELLED));
        assertThat(stillInterrupted).isTrue();
        if (sleeping.isPresent()) {
            sleeping.get().onExit().get();
        }
    }

    @Test
    void aLineWithoutEndIsCut() throws IOException {
        String endless = "x".repeat(LineReader.LONGEST * 2 + 1) + "\rlast";

        LineReader.read(new ByteArrayInputStream(endless.getBytes(StandardCharsets.UTF_8)), lines::add);

        assertThat(lines).extracting(String::length).containsExactly(LineReader.LONGEST, LineReader.LONGEST, 1, 4);
    }
}
