package dev.mulligan.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.guest.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher as a whole, on a copy of itself, with a JDK and a Maven that only pretend. */
final class LauncherTest {
    private static final int EXIT_CODE_OF_THE_JDK = 3;

    @TempDir
    private Path scratch;

    private Path home;
    private Shell shell;

    @BeforeEach
    void setUp() throws IOException {
        home = Files.createDirectories(scratch.resolve("a place with spaces"));
        Shell.program(home.resolve("mulligan"), Files.readString(Shell.LAUNCHER));
        Path scripts = Files.createDirectories(home.resolve("host-agent/src/main/scripts"));
        try (var files = Files.list(Shell.SCRIPTS)) {
            for (Path file : files.toList()) {
                Files.copy(file, scripts.resolve(file.getFileName()));
            }
        }
        Shell.program(home.resolve("pom.xml"), "");
        Shell.program(scratch.resolve("bin/mvn"), """
                #!/bin/sh
                printf '%s|%s\\n' "$JAVA_HOME" "$*" >>builds
                sleep 0.5
                mkdir -p host-agent/target
                : >host-agent/target/mulligan-host-agent.jar
                """);
        Path jdk = Shell.jdk(scratch.resolve("jdks/fine jdk"), "25.0.1");
        assertThat(jdk).exists();
        shell = new Shell(scratch).with("PATH", scratch.resolve("bin") + ":/usr/bin:/bin");
    }

    @Test
    void becomesTheCommandLineFromAnywhereThroughALink() throws IOException {
        Path link = Files.createSymbolicLink(scratch.resolve("link"), home.resolve("mulligan"));

        Shell.Result result = shell.run(Path.of("/"), List.of(link.toString(), "audit", "verify", "two words", "*"));

        assertThat(result.exitCode()).isEqualTo(EXIT_CODE_OF_THE_JDK);
        assertThat(result.output())
                .contains("<-Dmulligan.home=" + home + ">")
                .contains("<@" + home + "/host-agent/src/packaging/java-options>")
                .contains("<-XX:AOTCache=" + home + "/host-agent/target/mulligan.aot>")
                .contains("<" + home + "/host-agent/target/mulligan-host-agent.jar>")
                .endsWith("<dev.mulligan.host.HostAgent>\n<audit>\n<verify>\n<two words>\n<*>\n");
    }

    @Test
    void buildsOnceAndOnlyWhenNeeded() throws IOException {
        Shell.Result first = shell.run(home, List.of("./mulligan", "version"));
        assertThat(first.errors()).contains("building Mulligan").containsPattern("built in \\d+ s");

        Shell.Result second = shell.run(home, List.of("./mulligan", "version"));
        assertThat(second.errors()).isEmpty();
        assertThat(Files.readAllLines(home.resolve("builds")))
                .singleElement()
                .asString()
                .startsWith(scratch.resolve("jdks/fine jdk") + "|")
                .contains("-DskipTests");
    }

    @Test
    void searchesForAJdkOnlyWhenNoneIsKnown() throws IOException {
        shell.run(home, List.of("./mulligan", "build"));
        Path record = home.resolve("host-agent/target/launcher.java");
        shell.run(home, List.of("./mulligan", "version")); // the directory of the record exists from the build on
        assertThat(record).content().endsWith("\n" + scratch.resolve("jdks/fine jdk") + "\n");

        assertThat(shell.run(home, List.of("./mulligan", "version")).exitCode()).isEqualTo(EXIT_CODE_OF_THE_JDK);
        Shell.program(scratch.resolve("jdks/fine jdk/release"), "JAVA_VERSION=\"21.0.1\"\n");
        Shell.Result older = shell.run(home, List.of("./mulligan", "version"));
        assertThat(older.exitCode()).as("it is no JDK 25 any more").isEqualTo(5);
        assertThat(older.errors()).contains("too old: " + scratch.resolve("jdks/fine jdk"));
    }

    /** Only what may start a host agent looks at programs and daemons first. */
    @Test
    void whatSpeaksToARunningHostAgentStartsNoService() {
        for (String line : List.of("sandbox exec web true", "task list", "status", "rollback web", "--version")) {
            List<String> command = new ArrayList<>(List.of("./mulligan"));
            command.addAll(List.of(line.split(" ", -1)));
            assertThat(shell.run(home, command).exitCode()).as(line).isEqualTo(EXIT_CODE_OF_THE_JDK);
        }
        assertThat(scratch.resolve("state")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "up",
                "task run a.yaml",
                "try --task a.yaml",
                "sandbox create web",
                "template prepare",
                "image build base",
                "bench",
                "demo"
            })
    void whatStartsTheHostAgentLooksAtProgramsFirst(String line) throws IOException {
        Files.writeString(
                home.resolve("host-agent/src/main/scripts/setup.sh"),
                "setup_ensure() { printf '%s' \"looks at what is for: $*\"; exit 0; }\n");
        List<String> command = new ArrayList<>(List.of("./mulligan"));
        command.addAll(List.of(line.split(" ", -1)));
        assertThat(shell.run(home, command).output()).isEqualTo("looks at what is for: build machines");
    }

    /** The build has asked the Java that is there; another one, or one that has changed, is asked itself. */
    @Test
    void saysTheVersionWithoutJavaIfTheBuildHasAsked() throws IOException {
        shell.run(home, List.of("./mulligan", "build"));
        Path jdk = scratch.resolve("jdks/fine jdk");
        Path known =
                Shell.program(home.resolve("host-agent/target/mulligan.version"), jdk + "\nmulligan 9 (Java 25)\n");
        FileTime asOld = Files.getLastModifiedTime(jdk.resolve("release"));
        Files.setLastModifiedTime(known, asOld);

        for (String option : List.of("--version", "-V")) {
            assertThat(shell.run(home, List.of("./mulligan", option)))
                    .isEqualTo(new Shell.Result(0, "mulligan 9 (Java 25)\n", ""));
        }

        assertThat(shell.run(home, List.of("./mulligan", "--version", "--output", "json"))
                        .exitCode())
                .isEqualTo(EXIT_CODE_OF_THE_JDK);
        Files.setLastModifiedTime(known, FileTime.from(asOld.toInstant().minusSeconds(1)));
        assertThat(shell.run(home, List.of("./mulligan", "--version")).exitCode())
                .as("the JDK is another one")
                .isEqualTo(EXIT_CODE_OF_THE_JDK);
        Files.setLastModifiedTime(known, asOld);
        Files.setLastModifiedTime(
                home.resolve("pom.xml"), FileTime.from(Instant.now().plusSeconds(60)));
        assertThat(shell.run(home, List.of("./mulligan", "--version")).errors())
                .as("a source is newer")
                .contains("building Mulligan");
    }

    @Test
    void statusByItselfHasACacheAndOptionsOfItsOwn() {
        String cache = "<-XX:AOTCache=" + home + "/host-agent/target/mulligan-status.aot>";
        String options = "<@" + home + "/host-agent/src/packaging/status-options>";
        assertThat(shell.run(home, List.of("./mulligan", "status")).output())
                .contains(cache, options)
                .endsWith("<dev.mulligan.host.HostAgent>\n<status>\n");
        assertThat(shell.run(home, List.of("./mulligan", "status", "--output", "json"))
                        .output())
                .doesNotContain(cache, options);
        assertThat(shell.with("MULLIGAN_HOST", "unix:/socket")
                        .run(home, List.of("./mulligan", "status"))
                        .output())
                .contains(cache, options);
        assertThat(shell.with("MULLIGAN_HOST", "tls://far:1")
                        .run(home, List.of("./mulligan", "status"))
                        .output())
                .as("TLS needs a compiler")
                .doesNotContain(cache, options);
    }

    @Test
    void launchersAtTheSameTimeBuildOnce() throws IOException {
        List<Shell.Running> launchers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            launchers.add(shell.start(home, List.of("./mulligan", "version")));
        }

        for (Shell.Running launcher : launchers) {
            assertThat(shell.await(launcher).exitCode()).isEqualTo(EXIT_CODE_OF_THE_JDK);
        }
        assertThat(Files.readAllLines(home.resolve("builds"))).hasSize(1);
    }

    @Test
    void aFailedBuildIsTriedAgain() {
        Shell.program(scratch.resolve("bin/mvn"), "#!/bin/sh\necho 'it does not compile'\nexit 1\n");

        for (int attempt = 0; attempt < 2; attempt++) {
            Shell.Result result = shell.run(home, List.of("./mulligan", "version"));

            assertThat(result.exitCode()).isEqualTo(5);
            assertThat(result.output()).as("stdout is for results").isEmpty();
            assertThat(result.errors()).contains("it does not compile", "the build failed");
        }
    }

    @Test
    void describesItsOwnCommands() {
        Shell.Result result = shell.run(home, List.of("./mulligan", "setup", "--help"));

        assertThat(result.exitCode()).isZero();
        assertThat(result.output()).contains("services start|stop|status", "Exit codes");
    }

    @Test
    void refusesAnUnknownServicesCommand() {
        Shell.Result result = shell.run(home, List.of("./mulligan", "services", "restart"));

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.errors()).contains("'restart' (expected: start, stop or status)");
    }

    @Test
    void aTermReachesWhatRunsAndCleansUp() throws Exception {
        Path script = Shell.program(scratch.resolve("watched"), """
                #!/bin/bash
                set -eu
                . "$SCRIPTS/say.sh"; . "$SCRIPTS/run.sh"
                run_watched 'echo clean' bash -c 'trap "kill \\$!; echo ended; exit" TERM; sleep 300 & echo ready; wait'
                """);
        shell.with("SCRIPTS", Shell.SCRIPTS.toString());
        Shell.Running running = shell.start(scratch, List.of(script.toString()));
        Await.until(() -> printed(running).contains("ready"));
        running.process().destroy();

        Shell.Result result = shell.await(running);

        assertThat(result.exitCode()).isEqualTo(143);
        assertThat(result.output()).isEqualTo("ready\nended\nclean\n");
    }

    /** Between the start and whatever the launcher does next: what it started is ended all the same. */
    @Test
    void aTermRightAfterTheStartReachesWhatWasStarted() {
        Path script = Shell.program(scratch.resolve("watched"), """
                #!/bin/bash
                set -euT
                . "$SCRIPTS/say.sh"; . "$SCRIPTS/run.sh"
                started() { trap - DEBUG; until [ -e "$HOME/up" ]; do sleep 0.01; done; kill -TERM $$; }
                trap '[ -z "${!:-}" ] || started' DEBUG
                run_watched 'echo clean' bash -c 'trap "echo ended; exit" TERM; : >"$HOME/up"; for i in {1..6000}; do sleep 0.01; done'
                """);
        shell.with("SCRIPTS", Shell.SCRIPTS.toString()).with("HOME", scratch.toString());

        Shell.Result result = shell.run(scratch, List.of(script.toString()));

        assertThat(result.exitCode()).isEqualTo(143);
        assertThat(result.output()).isEqualTo("ended\nclean\n");
    }

    private static String printed(Shell.Running running) {
        try {
            return Files.readString(running.output());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
