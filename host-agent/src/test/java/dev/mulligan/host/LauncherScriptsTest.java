package dev.mulligan.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The parts of the launcher, each by itself. */
final class LauncherScriptsTest {
    private static final int ENVIRONMENT_NOT_READY = 5;

    @TempDir
    private Path scratch;

    private Shell shell;

    @BeforeEach
    void setUp() throws IOException {
        shell = new Shell(scratch);
        Files.createDirectories(scratch.resolve("jdks"));
    }

    @ParameterizedTest
    @CsvSource({"25, true", "25.0.3, true", "26-ea, true", "24.0.2, false", "17.0.15, false", "1.8.0_402, false"})
    void takesAJdkWhoseReleaseFileSaysItIsNewEnough(String version, boolean fits) {
        Path home = Shell.jdk(scratch.resolve("jdks/some name"), version);

        Shell.Result result = shell.script("say java", "java_find || echo none");

        assertThat(result.output().strip()).isEqualTo(fits ? home.toString() : "none");
    }

    @Test
    void passesOverWhatIsTooOldOrOnlyAJre() throws IOException {
        Path old = Shell.jdk(scratch.resolve("jdks/a"), "21.0.1");
        Files.delete(Shell.jdk(scratch.resolve("jdks/b"), "25.0.1").resolve("bin/javac"));
        Path fitting = Shell.jdk(scratch.resolve("jdks/c"), "25.0.1");

        Shell.Result result = shell.with("JAVA_HOME", old.toString()).script("say java", "java_find");

        assertThat(result.output()).isEqualTo(fitting.toString());
    }

    @Test
    void prefersJavaHomeToTheUsualPlaces() {
        Shell.jdk(scratch.resolve("jdks/a"), "25.0.1");
        Path named = Shell.jdk(scratch.resolve("elsewhere"), "26");

        Shell.Result result = shell.with("JAVA_HOME", named.toString()).script("say java", "java_find");

        assertThat(result.output()).isEqualTo(named.toString());
    }

    @Test
    void obeysMulliganJavaHomeOrSaysWhyNot() {
        Shell.jdk(scratch.resolve("jdks/a"), "25.0.1");
        Path old = Shell.jdk(scratch.resolve("old"), "17.0.1");

        Shell.Result result =
                shell.with("MULLIGAN_JAVA_HOME", old.toString()).script("say java", "java_obey; java_find");

        assertThat(result.exitCode()).isEqualTo(ENVIRONMENT_NOT_READY);
        assertThat(result.output()).isEmpty();
        assertThat(result.errors()).contains("'" + old + "'", "expected: a JDK 25 or newer", "unset it");
    }

    @Test
    void saysWhereItLookedWhenThereIsNoJdk() {
        Path old = Shell.jdk(scratch.resolve("jdks/old"), "21.0.4");

        Shell.Result result = shell.script("say java", "java_find || java_missing");

        assertThat(result.exitCode()).isEqualTo(ENVIRONMENT_NOT_READY);
        assertThat(result.errors())
                .contains("no JDK 25 or newer found")
                .contains(scratch.resolve("jdks") + "/*")
                .contains("too old: " + old + " (version 21)")
                .contains("what to do:");
    }

    @ParameterizedTest
    @CsvSource({
        "flags : fpu vmx sse, true, true",
        "flags : fpu svm, true, true",
        "flags : fpu svm_lock vmxish, true, false",
        "flags : fpu sse, true, false",
        "flags : fpu vmx sse, false, false",
    })
    void kvmIsUsableOnlyWithTheFlagsAndTheDevice(String flags, boolean device, boolean usable) throws IOException {
        Path cpuinfo = Files.writeString(scratch.resolve("cpuinfo"), flags + "\n");
        Path kvm = scratch.resolve("kvm");
        if (device) {
            Files.createFile(kvm);
        }

        Shell.Result result = shell.with("CPUINFO", cpuinfo.toString())
                .with("KVM_DEVICE", kvm.toString())
                .script("acceleration", "kvm_usable && echo true || echo false");

        assertThat(result.output().strip()).isEqualTo(String.valueOf(usable));
    }

    @Test
    void namesWhatIsMissingOnAnotherDistribution() throws IOException {
        Path osRelease = Files.writeString(scratch.resolve("os-release"), "ID=fedora\nVERSION_ID=44\n");

        Shell.Result result = shell.with("OS_RELEASE", osRelease.toString())
                .with("PATH", pathWith("bash", "awk", "grep"))
                .script("say acceleration java setup", "setup_ensure build machines");

        assertThat(result.exitCode()).isEqualTo(ENVIRONMENT_NOT_READY);
        assertThat(result.errors())
                .contains("not Debian (fedora 44)")
                .contains("mke2fs – makes file systems (Debian: e2fsprogs)")
                .doesNotContain("erofs")
                .contains("java – builds and runs Mulligan");
    }

    @Test
    void goesOnWhereNothingIsMissing() throws IOException {
        Path osRelease = Files.writeString(scratch.resolve("os-release"), "ID=fedora\nVERSION_ID=44\n");
        Shell.jdk(scratch.resolve("jdks/a"), "25");
        String path = pathWith("bash", "awk", "grep");
        String programs = "mvn qemu-img libvirtd virsh mmdebstrap mke2fs newuidmap tini qemu-system-x86_64 "
                + "qemu-system-aarch64";
        for (String name : programs.split(" ", -1)) {
            Shell.program(Path.of(path, name), "#!/bin/sh\n");
        }

        Shell.Result result = shell.with("OS_RELEASE", osRelease.toString())
                .with("PATH", path)
                .script("say acceleration java setup", "setup_ensure build machines; echo fine");

        assertThat(result).isEqualTo(new Shell.Result(0, "fine\n", ""));
    }

    @ParameterizedTest
    @CsvSource({"true, false", "false, true"})
    void onlyOrdinaryUsersNeedUidmap(boolean root, boolean needed) {
        Shell.Result result = shell.script(
                "say acceleration java setup", "setup_is_root() { " + root + "; }; setup_programs machines");

        assertThat(result.output().contains("newuidmap uidmap ")).isEqualTo(needed);
    }

    /** What the launcher says of itself, and what the command line says: one list. */
    @Test
    void theLaunchersHeadHasEveryExitCode() throws IOException {
        String head = Files.readString(Shell.LAUNCHER);
        String codes = head.substring(head.indexOf("# Exit codes: "), head.indexOf("\n\n"))
                .replace("\n#", "");
        String documented = Files.readString(Path.of("src/main/java/dev/mulligan/host/cli/ExitCode.java"));

        List<String> numbers = Pattern.compile("[A-Z_]+\\((\\d+), \"")
                .matcher(documented)
                .results()
                .map(match -> match.group(1))
                .toList();

        assertThat(numbers)
                .contains("0", "6", "124", "130", "143")
                .allSatisfy(number -> assertThat(codes).containsPattern("[:;] " + number + " "));
    }

    @Test
    void buildsWhenSourcesAreNewerThanTheStamp() throws IOException {
        Path home = scratch.resolve("a source tree");
        Path pom = Shell.program(home.resolve("pom.xml"), "");
        Path main = Shell.program(home.resolve("vm-manager/src/main/java/A.java"), "");
        Path deleted = Shell.program(home.resolve("vm-manager/src/main/java/b/B.java"), "");
        Path test = Shell.program(home.resolve("vm-manager/src/test/java/ATest.java"), "");
        shell.with("MULLIGAN_HOME", home.toString());
        assertThat(stale()).as("never built").isTrue();

        Shell.program(home.resolve("host-agent/target/mulligan-host-agent.jar"), "");
        Path stamp = Shell.program(home.resolve("host-agent/target/launcher.stamp"), "");
        Instant built = Instant.now().plus(Duration.ofMinutes(1));
        Files.setLastModifiedTime(stamp, FileTime.from(built));
        assertThat(stale()).as("just built").isFalse();

        FileTime later = FileTime.from(built.plusSeconds(1));
        Files.setLastModifiedTime(test, later);
        assertThat(stale()).as("a test was edited").isFalse();

        for (Path source : List.of(pom, main, deleted.getParent())) {
            FileTime before = Files.getLastModifiedTime(source);
            Files.setLastModifiedTime(source, later);
            assertThat(stale()).as("newer: %s", source).isTrue();
            Files.setLastModifiedTime(source, before);
        }
    }

    @Test
    void stopsWhatItStarted() {
        Shell.Result result = shell.script("say process", """
                process_start nap sleep 300
                pid=$(process_ours nap)
                process_stop nap 5
                [ ! -e "/proc/$pid" ] || cat "/proc/$pid/stat"
                [ ! -e "$SERVICES/nap.pid" ] && echo stopped""");

        assertThat(result.output()).endsWith("stopped\n").doesNotContain(" S ");
        assertThat(result.exitCode()).isZero();
    }

    @Test
    void killsTheWholeSessionOfWhatIgnoresTerm() {
        Shell.Result result = shell.script("say process", """
                process_start stubborn bash -c 'trap "" TERM; sleep 300 & echo $! >child; wait; sleep 300'
                until [ -s child ]; do sleep 0.05; done
                process_stop stubborn 1
                child=$(cat child)
                process_start_time "$child"
                echo .""");

        assertThat(result.output()).as("the child's start time, if it lives").isEqualTo(".\n");
        assertThat(result.errors()).contains("has not ended after 1 s: killed");
    }

    @ParameterizedTest
    @CsvSource({"PID 1", "PID", "PID x", "'', ''", "-1 1"})
    void neverStopsAProcessThatIsNotTheRecordedOne(String record) throws IOException {
        Process foreign = new ProcessBuilder("sleep", "300").start();
        try {
            Shell.program(
                    scratch.resolve("state/run/services/other.pid"),
                    record.replace("PID", String.valueOf(foreign.pid())) + "\n");

            Shell.Result result = shell.script("say process", "process_ours other || process_stop other 1; echo done");

            assertThat(result.output()).isEqualTo("done\n");
            assertThat(foreign.isAlive()).isTrue();
        } finally {
            foreign.destroyForcibly();
        }
    }

    @Test
    void sumsTheReportsOfThisRunOnly() throws IOException {
        Path home = scratch.resolve("home tree");
        Path old = report(home, "a/target/surefire-reports/TEST-old.xml", 100, 50, 0, 0);
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minusSeconds(60)));
        Shell.program(scratch.resolve("started"), "");
        report(home, "a/target/surefire-reports/TEST-a.xml", 5, 1, 1, 1);
        report(home, "b/target/failsafe-reports/TEST-b.xml", 3, 0, 0, 0);
        for (String late : List.of("a/target/surefire-reports/TEST-a.xml", "b/target/failsafe-reports/TEST-b.xml")) {
            Files.setLastModifiedTime(
                    home.resolve(late), FileTime.from(Instant.now().plusSeconds(60)));
        }

        Shell.Result result = shell.with("MULLIGAN_HOME", home.toString())
                .with("TEST_STATE", scratch.toString())
                .script("say run test", "test_totals");

        assertThat(result.output())
                .isEqualTo("Tests run: 8, Failures: 1, Errors: 1, Skipped: 1\n5 passed, 2 failed, 1 skipped\n");
    }

    @Test
    void cleansUpOnceAndPassesTheExitCodeOn() {
        Shell.Result result = shell.script("say run", "run_watched 'echo clean' bash -c 'echo ran; exit 7'");

        assertThat(result).isEqualTo(new Shell.Result(7, "ran\nclean\n", ""));
    }

    private boolean stale() {
        return shell.script("say build", "build_stale && echo stale || echo fresh")
                .output()
                .equals("stale\n");
    }

    private static Path report(Path home, String name, int tests, int failures, int errors, int skipped) {
        return Shell.program(home.resolve(name), """
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuite name="x" time="0.5" tests="%d" errors="%d" skipped="%d" failures="%d">
                  <testcase name="says &lt;testsuite tests=9>"/>
                </testsuite>
                """.formatted(tests, errors, skipped, failures));
    }

    private String pathWith(String... tools) throws IOException {
        Path directory = Files.createDirectories(scratch.resolve("bin"));
        for (String tool : tools) {
            Shell.program(directory.resolve(tool), "#!/bin/sh\nexec /usr/bin/" + tool + " \"$@\"\n");
        }
        return directory.toString();
    }

    /** A host agent that a test has started has a state directory of its own; machines lie below /var/tmp. */
    @Test
    void whatATestRunLeavesBehindIsNamedAndRemoved() throws IOException {
        String mark = "LauncherScriptsTest" + ProcessHandle.current().pid();
        Path ours = Files.createDirectories(Path.of("/var/tmp/mull-" + mark + "-1-1/state"));
        Path others = Files.createDirectory(Path.of("/var/tmp/mull-" + mark + "x-1-1"));

        Shell.Result result = shell.with("TEST_STATE", scratch + "/run." + mark).script("test", """
                        MULLIGAN_TEST_RUN=$TEST_STATE MULLIGAN_STATE=/its/own sleep 321 &
                        ours=$!
                        MULLIGAN_TEST_RUN=/another sleep 321 &
                        others=$!
                        # Until it is sleep, it is a shell that has not its mark yet.
                        until grep -q MULLIGAN_TEST_RUN "/proc/$ours/environ"; do sleep 0.1; done
                        test_sweep
                        wait "$ours" || echo "ended by signal $(($? - 128))"
                        kill "$others"
                        """);

        assertThat(result.exitCode()).as(result.toString()).isZero();
        assertThat(result.output())
                .matches("process \\d+: sleep 321 \ndirectory " + ours.getParent() + "\nended by signal 15\n");
        assertThat(ours.getParent()).doesNotExist();
        assertThat(others).exists();
        Files.delete(others);
    }
}
