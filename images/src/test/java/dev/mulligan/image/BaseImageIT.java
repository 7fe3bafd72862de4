package dev.mulligan.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.image.command.Command;
import dev.mulligan.image.command.CommandRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * The image that Mulligan ships. It is built once for all modules' tests: in the store that {@code MULLIGAN_IMAGE_CACHE}
 * names (README.md), or in a directory of this test's own.
 */
@Tag("vm")
@TestInstance(Lifecycle.PER_CLASS)
final class BaseImageIT {

    private static final Path GUEST_AGENT = Path.of("../guest-agent/target/mulligan-guest-agent.tar");

    private final Path temporary;
    private final ImageStore store;
    private final Image image;
    private final DiskInspector disk;

    BaseImageIT(@TempDir Path temporary) throws IOException {
        this.temporary = temporary;
        String cache = System.getenv("MULLIGAN_IMAGE_CACHE");
        Path agent = Files.exists(GUEST_AGENT) ? GUEST_AGENT : TestAgent.write(temporary.resolve("agent.tar"));
        this.store = ImageStore.open(new ImageStoreConfig(
                cache == null ? temporary.resolve("images") : Path.of(cache),
                Path.of("recipes"),
                agent,
                Optional.empty(),
                Optional.empty()));
        this.image = build().image();
        this.disk = new DiskInspector(image, Files.createDirectory(temporary.resolve("disk")));
    }

    @BeforeAll
    void isWhole() {
        disk.check();
    }

    @Test
    void buildingAgainTakesNoTime() {
        long start = System.nanoTime();
        BuildResult again = build();

        assertThat(again).isEqualTo(new BuildResult(image, true));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void theDigestCanBeComputedByHand() {
        List<String> lines = new ArrayList<>();
        new CommandRunner(System.getenv())
                .run(
                        Command.in(image.directory(), "sh", "-c", "sha256sum disk.qcow2 initrd kernel | sha256sum"),
                        lines::add);

        assertThat(lines).containsExactly(image.manifest().digest().hex() + "  -");
    }

    @Test
    void theManifestSaysWhatIsInside() {
        ImageManifest manifest = image.manifest();

        assertThat(manifest.operatingSystem()).isEqualTo("Debian GNU/Linux 13 (trixie)");
        assertThat(manifest.tools().get("python")).startsWith("3.13");
        assertThat(manifest.tools()).containsKeys("node", "shell", "git", "curl", "gcc");
        assertThat(manifest.packages()).containsKeys("systemd", "build-essential", "ripgrep", "busybox-static");
        assertThat(manifest.origins()).singleElement().asString().startsWith("Debian trixie from ");
        assertThat(manifest.sizeBytes()).isBetween(1L << 30, 4L << 30);
    }

    @Test
    void theDiskHasOwnersModesAndLinks() {
        assertThat(disk.ask("stat /usr/bin/passwd")).contains("User:     0", "Mode:  04755");
        assertThat(disk.ask("stat /home/agent")).contains("User:  1000", "Group:  1000", "Type: directory");
        assertThat(disk.ask("stat /bin")).contains("Fast link dest: \"usr/bin\"");
        assertThat(disk.ask("ls /dev")).doesNotContain("null");
        assertThat(disk.ask("stats")).contains("Filesystem volume name:   root", "Reserved block count:     0");
    }

    @Test
    void theSandboxIsSetUp() {
        assertThat(disk.ask("cat /etc/passwd")).contains("agent:x:1000:1000::/home/agent:/bin/bash");
        assertThat(disk.ask("cat /etc/locale.conf")).contains("LANG=C.UTF-8");
        assertThat(disk.ask("stat /etc/machine-id")).contains("Size: 0");
        assertThat(disk.ask("stat /etc/systemd/system/getty.target")).contains("Fast link dest: \"/dev/null\"");
        assertThat(disk.ask("stat /usr/lib/systemd/system/mulligan-guest.service"))
                .contains("Type: regular");
        assertThat(disk.ask("ls /boot"))
                .contains("vmlinuz-" + image.manifest().kernel())
                .doesNotContain("initrd.img");
    }

    @Test
    void theBuildersNameAndNameServerAreNotInIt() {
        assertThat(disk.ask("cat /etc/hostname")).contains("sandbox");
        assertThat(disk.ask("cat /etc/resolv.conf")).doesNotContain("nameserver");
    }

    @Test
    void nothingButTheImageIsLeft() throws IOException {
        assertThat(temporary.resolve("disk")).isNotEmptyDirectory();
        try (Stream<Path> children = Files.list(image.directory())) {
            assertThat(children.map(child -> child.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            ImageFiles.DISK,
                            ImageFiles.INITRD,
                            ImageFiles.KERNEL,
                            ImageFiles.MANIFEST,
                            ImageFiles.ROOT);
        }
    }

    private BuildResult build() {
        return store.build(store.recipe("base"), BuildOptions.defaults(), BuildListener.SILENT);
    }
}
