package dev.mulligan.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is installed on Debian, and how, with an apt-get and a sudo that only pretend. */
final class LauncherSetupTest {
    private static final int ENVIRONMENT_NOT_READY = 5;

    private static final String PARTS = "say acceleration java setup";

    /** Installs what looks like a program, knows its sources, and keeps a record of its commands. */
    private static final String APT_GET = """
            #!/bin/sh
            here=${0%/*}
            case $* in
              indextargets*)
                printf 'bookworm https://mirror.example/debian/ %s/debian.sources:1\\n' "$APT_SOURCES"
                if [ -e "$APT_SOURCES/mulligan-backports.sources" ]; then
                  printf 'bookworm-backports https://mirror.example/debian/ elsewhere:1\\n'
                fi
                exit ;;
            esac
            printf '%s\\n' "$*" >>"$APT_SOURCES/../commands"
            program() {
              printf '#!/bin/sh\\necho "%s"\\n' "$2" >"$here/$1"
              chmod +x "$here/$1"
            }
            for package in "$@"; do
              case $package in
                qemu-system-*) program "qemu-system-$(uname -m)" 'QEMU emulator version 10.0.2' ;;
                qemu-utils) program qemu-img '' ;;
                libvirt-daemon-system) program libvirtd '' ;;
                libvirt-clients) program virsh 11.3.0 ;;
                e2fsprogs) program mke2fs '' ;;
                uidmap) program newuidmap '' ;;
                maven) program mvn '' ;;
                mmdebstrap | tini) program "$package" '' ;;
              esac
            done
            """;

    @TempDir
    private Path scratch;

    private Path bin;
    private Path sources;
    private Shell shell;

    @BeforeEach
    void setUp() throws IOException {
        bin = Files.createDirectories(scratch.resolve("bin"));
        sources = Files.createDirectories(scratch.resolve("sources"));
        String tools = "bash sh awk grep cut sort tr env tee mkdir mktemp tail rm sed head chmod uname cat true";
        for (String tool : tools.split(" ", -1)) {
            Shell.program(bin.resolve(tool), "#!/bin/sh\nexec /usr/bin/" + tool + " \"$@\"\n");
        }
        Shell.program(bin.resolve("apt-get"), APT_GET);
        Shell.program(bin.resolve("sudo"), """
                #!/bin/sh
                printf '%s\\n' "$*" >>"$APT_SOURCES/../sudo"
                [ "$1" != -n ] || shift
                exec "$@"
                """);
        Files.writeString(sources.resolve("debian.sources"), """
                Types: deb
                URIs: https://mirror.example/debian/
                Suites: bookworm bookworm-updates
                Components: main
                Signed-By: /usr/share/keyrings/debian.gpg
                """);
        Shell.jdk(scratch.resolve("jdks/fine"), "25.0.1");
        shell = new Shell(scratch)
                .with("PATH", bin.toString())
                .with("APT_SOURCES", sources.toString())
                .with(
                        "CPUINFO",
                        Files.writeString(scratch.resolve("cpuinfo"), "flags : fpu sse\n")
                                .toString());
        debian("12");
    }

    @Test
    void debian12WithoutKvmGetsQemuAndLibvirtFromBackportsOnce() throws IOException {
        shell.with("MULLIGAN_YES", "1");

        Shell.Result first = ensure();

        assertThat(first.exitCode()).as(first.errors()).isZero();
        assertThat(first.errors())
                .containsSubsequence(
                        "Mulligan needs what is not on this machine yet:",
                        "maven",
                        "builds Mulligan from its sources",
                        "qemu-utils",
                        "makes disks for sandboxes",
                        "come from bookworm-backports, because this machine has no usable KVM",
                        "adding bookworm-backports from the same mirror",
                        "apt-get update",
                        "apt-get install");
        assertThat(sources.resolve("mulligan-backports.sources")).hasContent("""
                Types: deb
                URIs: https://mirror.example/debian/
                Suites: bookworm-backports
                Components: main
                Signed-By: /usr/share/keyrings/debian.gpg
                """);
        List<String> commands = commands();
        assertThat(commands).hasSize(3);
        assertThat(commands.get(0)).endsWith("update -q");
        assertThat(commands.get(1)).contains(" install ", "maven", "mmdebstrap").doesNotContain("qemu", "libvirt");
        assertThat(commands.get(2))
                .startsWith("-y --no-install-recommends install -t bookworm-backports qemu-system-")
                .endsWith(" qemu-utils libvirt-daemon-system libvirt-clients");

        assertThat(ensure()).as("nothing is missing any more").isEqualTo(new Shell.Result(0, "", ""));
        assertThat(commands()).isEqualTo(commands);

        Files.delete(bin.resolve("qemu-img"));
        assertThat(ensure().errors()).doesNotContain("adding bookworm-backports");
        assertThat(commands()).hasSize(5).last().asString().contains("-t bookworm-backports");
    }

    @Test
    void anOldQemuOfDebian12IsReplaced() throws IOException {
        shell.with("MULLIGAN_YES", "1");
        ensure();
        for (String program : List.of("qemu-system-x86_64", "qemu-system-aarch64")) {
            Shell.program(bin.resolve(program), "#!/bin/sh\necho 'QEMU emulator version 7.2.17 (Debian)'\n");
        }
        Files.delete(scratch.resolve("state/run/services/versions-are-fine"));

        Shell.Result result = ensure();

        assertThat(result.exitCode()).as(result.errors()).isZero();
        assertThat(result.errors()).contains("replaces a QEMU that crashes guests without KVM");
        assertThat(commands().getLast()).contains("install -t bookworm-backports");
    }

    @Test
    void whatIsNeitherQemuNorLibvirtNeedsNoBackports() throws IOException {
        shell.with("MULLIGAN_YES", "1");
        ensure();
        Files.delete(sources.resolve("mulligan-backports.sources"));
        Files.delete(bin.resolve("mvn"));

        assertThat(ensure().errors()).doesNotContain("backports");
        assertThat(sources.resolve("mulligan-backports.sources")).doesNotExist();
        assertThat(commands().getLast()).endsWith("install maven");
    }

    @Test
    void debian13NeedsNoBackports() throws IOException {
        debian("13");
        shell.with("CI", "true");

        Shell.Result result = ensure();

        assertThat(result.exitCode()).as(result.errors()).isZero();
        assertThat(result.errors()).doesNotContain("backports");
        assertThat(commands()).noneMatch(command -> command.contains("-t "));
    }

    @Test
    void debian12HasNoJdkToInstall() throws IOException {
        Files.delete(scratch.resolve("jdks/fine/release"));

        Shell.Result result = shell.with("MULLIGAN_YES", "1").script(PARTS, "setup_ensure build machines");

        assertThat(result.exitCode()).isEqualTo(ENVIRONMENT_NOT_READY);
        assertThat(result.errors()).contains("no JDK 25 or newer found", "what to do:");
        assertThat(commands()).isEmpty();
    }

    @Test
    void withoutATerminalItSaysWhatItInstallsAndInstallsIt() throws IOException {
        Shell.Result result = ensure();

        assertThat(result.exitCode()).as(result.errors()).isZero();
        assertThat(result.errors()).contains("mmdebstrap", "makes the base image");
        assertThat(commands()).anyMatch(command -> command.contains(" mmdebstrap"));
    }

    @Test
    void anOrdinaryUserInstallsThroughSudo() throws IOException {
        debian("13");

        Shell.Result result = shell.with("MULLIGAN_YES", "1")
                .script(PARTS, "setup_is_root() { false; }; setup_ensure build machines");

        assertThat(result.exitCode()).as(result.errors()).isZero();
        assertThat(commands()).anyMatch(command -> command.contains(" uidmap"));
        assertThat(Files.readAllLines(scratch.resolve("sudo")))
                .anyMatch(line -> line.contains("apt-get -y --no-install-recommends install "));
    }

    /** Its output goes to a file then, and it must ask all the same. */
    @Test
    void sudoMayAskForAPasswordWhereThereIsATerminal() throws IOException {
        assumeThat(Path.of("/usr/bin/script")).isExecutable();
        String line = ". '%1$s/say.sh'; . '%1$s/setup.sh'; setup_is_root() { false; }; setup_apt update"
                .formatted(Shell.SCRIPTS);
        Path program = Shell.program(scratch.resolve("update"), "#!/usr/bin/env bash\n" + line + "\n");

        Shell.Result result = shell.run(scratch, List.of("/usr/bin/script", "-qec", "'" + program + "'", "/dev/null"));

        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(Files.readString(scratch.resolve("sudo"))).startsWith("env DEBIAN_FRONTEND=noninteractive apt-get");
    }

    @Test
    void aSudoThatWantsAPasswordIsNotAskedWithoutATerminal() throws IOException {
        Shell.program(bin.resolve("sudo"), "#!/bin/sh\nexit 1\n");

        Shell.Result result = shell.with("MULLIGAN_YES", "1").script(PARTS, """
                setup_is_root() { false; }
                setup_has_terminal() { false; }
                setup_ensure build machines""");

        assertThat(result.exitCode()).isEqualTo(ENVIRONMENT_NOT_READY);
        assertThat(result.errors()).contains("sudo wants a password", "as root: apt-get install");
        assertThat(commands()).isEmpty();
    }

    private Shell.Result ensure() {
        return shell.script(PARTS, "setup_ensure build machines");
    }

    private List<String> commands() throws IOException {
        Path commands = scratch.resolve("commands");
        return Files.exists(commands) ? Files.readAllLines(commands) : List.of();
    }

    private void debian(String version) throws IOException {
        Path release = Files.writeString(scratch.resolve("os-release"), "ID=debian\nVERSION_ID=\"" + version + "\"\n");
        shell.with("OS_RELEASE", release.toString());
    }
}
