package dev.mulligan.guest.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mulligan.guest.OneAgentPerProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both ways of starting a program keep the same promises. */
@Timeout(60)
@OneAgentPerProcess
final class SpawnTest {
    private static final Credentials NOBODY = new Credentials(65_534, 65_534, List.of(65_534, 100));

    @TempDir
    @SuppressWarnings("NullAway.Init") // Set by JUnit.
    private Path directory;

    enum Way {
        DIRECT {
            @Override
            int start(Spawn spawn) throws KernelException {
                assumeTrue(SpawnCode.isAvailable(), "no spawn code for this processor or kernel");
                return DirectSpawn.start(spawn);
            }
        },
        POSIX {
            @Override
            int start(Spawn spawn) throws KernelException {
                return PosixSpawn.start(spawn);
            }
        };

        abstract int start(Spawn spawn) throws KernelException;
    }

    @ParameterizedTest
    @EnumSource
    void passesArgumentsEnvironmentAndDirectory(Way way) throws IOException {
        String script =
                "printf '%s|' \"$@\"; echo \"$GREETING\"; pwd; ls /proc/self/fd | wc -l; grep SigBlk /proc/self/status";
        assertThat(run(way, Optional.empty(), script, "name", "a b", "", "ünï $(x)"))
                .isEqualTo("a b||ünï $(x)|höflich\n/usr\n4\nSigBlk:\t0000000000000000\n");
    }

    @ParameterizedTest
    @EnumSource
    void makesItLeaderOfItsSession(Way way) throws IOException {
        assertThat(run(
                        way,
                        Optional.empty(),
                        "read pid name state parent group session rest </proc/self/stat; "
                                + "[ $session = $$ ] && echo leader"))
                .isEqualTo("leader\n");
    }

    @ParameterizedTest
    @EnumSource
    void takesEveryPower(Way way) throws IOException {
        assumeTrue(Kernel.effectiveUserId() == 0, "only root has any");
        assertThat(run(
                        way,
                        Optional.of(NOBODY),
                        "id -u; id -g; id -G; grep -E '^(NoNewPrivs|Cap(Inh|Prm|Eff|Bnd|Amb)):' /proc/self/status"))
                .isEqualTo("65534\n65534\n65534 100\n"
                        + "CapInh:\t%1$s\nCapPrm:\t%1$s\nCapEff:\t%1$s\nCapBnd:\t%1$s\nCapAmb:\t%1$s\n"
                                .formatted("0".repeat(16))
                        + "NoNewPrivs:\t1\n");
    }

    @Test
    void saysWhyItCannotBeExecuted() {
        assumeTrue(SpawnCode.isAvailable());
        assertThatExceptionOfType(KernelException.class)
                .isThrownBy(() -> start(Way.DIRECT, directory.resolve("nothing").toString(), Optional.empty()))
                .withMessageContaining("execve")
                .returns(Errno.ENOENT, KernelException::errno);
    }

    @Test
    void saysThatItsUserMayNotExecuteIt() throws IOException {
        assumeTrue(SpawnCode.isAvailable() && Kernel.effectiveUserId() == 0);
        Path program = program("#!/bin/sh\n");
        assertThatExceptionOfType(KernelException.class)
                .isThrownBy(() -> start(Way.DIRECT, program.toString(), Optional.of(NOBODY)))
                .returns(Errno.EACCES, KernelException::errno);
    }

    @Test
    void givesATextWithoutAnInterpreterToTheShell() throws IOException {
        Path program = program("echo \"$0 $1\"\n");
        Descriptor.Pipe pipe = Descriptor.pipe();
        assertThat(printed(start(program, pipe), pipe)).isEqualTo(program + " argument\n");
    }

    @Test
    void waitsForAProgramThatIsOpenForWriting() throws Exception {
        Path program = program("#!/bin/sh\necho written\n");
        OutputStream writer = Files.newOutputStream(program, StandardOpenOption.APPEND);
        Thread closing = Thread.ofPlatform().start(() -> closeLater(writer));
        Descriptor.Pipe pipe = Descriptor.pipe();
        assertThat(printed(start(program, pipe), pipe)).isEqualTo("written\n");
        closing.join();
    }

    private static void closeLater(OutputStream writer) {
        try (writer) {
            Thread.sleep(100);
        } catch (IOException | InterruptedException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private Path program(String text) throws IOException {
        Path program = Files.writeString(directory.resolve("program"), text);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return program;
    }

    private static int start(Path program, Descriptor.Pipe pipe) throws KernelException {
        return new Spawn(
                        program.toString(),
                        List.of("program", "argument"),
                        List.of(),
                        "/",
                        new Spawn.Pipes(pipe.readEnd(), pipe.writeEnd(), pipe.writeEnd()))
                .start();
    }

    private static String run(Way way, Optional<Credentials> credentials, String script, String... arguments)
            throws IOException {
        List<String> words = new ArrayList<>(List.of("sh", "-c", script));
        words.addAll(List.of(arguments));
        Descriptor.Pipe pipe = Descriptor.pipe();
        int pid = way.start(new Spawn(
                "/bin/sh",
                words,
                List.of("GREETING=höflich", "PATH=/usr/bin:/bin"),
                "/usr",
                new Spawn.Pipes(pipe.readEnd(), pipe.writeEnd(), pipe.writeEnd()),
                Optional.empty(),
                credentials));
        return printed(pid, pipe);
    }

    private static int start(Way way, String program, Optional<Credentials> credentials) throws IOException {
        Descriptor.Pipe pipe = Descriptor.pipe();
        try (Descriptor readEnd = pipe.readEnd();
                Descriptor writeEnd = pipe.writeEnd()) {
            return way.start(new Spawn(
                    program,
                    List.of(program),
                    List.of(),
                    "/",
                    new Spawn.Pipes(readEnd, writeEnd, writeEnd),
                    Optional.empty(),
                    credentials));
        }
    }

    private static String printed(int pid, Descriptor.Pipe pipe) throws IOException {
        pipe.writeEnd().close();
        StringBuilder text = new StringBuilder();
        try (Arena arena = Arena.ofConfined();
                Descriptor readEnd = pipe.readEnd()) {
            MemorySegment buffer = arena.allocate(4096);
            for (int count = readEnd.read(buffer); count > 0; count = readEnd.read(buffer)) {
                text.append(
                        new String(buffer.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8));
            }
        }
        assertThat(Child.reap(pid).exitCode()).isZero();
        return text.toString();
    }
}
