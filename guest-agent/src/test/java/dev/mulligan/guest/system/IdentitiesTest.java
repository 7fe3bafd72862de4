package dev.mulligan.guest.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mulligan.guest.failure.GuestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Below a directory that stands for the root; the kernel's host name is a real guest's matter. */
@SuppressWarnings("NullAway.Init") // Set by JUnit.
final class IdentitiesTest {
    private static final String ID = "0123456789abcdef0123456789abcdef";

    @TempDir
    private Path root;

    private final List<String> kernelNames = new ArrayList<>();
    private final List<Runnable> later = new ArrayList<>();
    private Identities identities;

    @BeforeEach
    void makeRoot() throws IOException {
        for (String directory : List.of("etc/ssh", "var/lib/systemd", "var/lib/dbus")) {
            Files.createDirectories(root.resolve(directory));
        }
        Files.writeString(root.resolve("etc/machine-id"), "f".repeat(32) + "\n");
        Files.writeString(root.resolve("etc/hostname"), "template\n");
        Files.writeString(root.resolve("etc/hosts"), "127.0.0.1 localhost\n127.0.1.1 template\n10.0.0.1 other\n");
        identities = new Identities(root, later::add, kernelNames::add);
    }

    @Test
    void writesWhoItIs() throws IOException {
        identities.writeFiles(new MachineIdentity("sb-1", ID));
        assertThat(root.resolve("etc/machine-id")).hasContent(ID + "\n");
        assertThat(root.resolve("etc/hostname")).hasContent("sb-1\n");
        assertThat(Files.readAllLines(root.resolve("etc/hosts")))
                .containsExactly("127.0.0.1 localhost", "10.0.0.1 other", "127.0.1.1 sb-1");
        identities.writeFiles(new MachineIdentity("sb-2", ID));
        assertThat(Files.readAllLines(root.resolve("etc/hosts")))
                .containsExactly("127.0.0.1 localhost", "10.0.0.1 other", "127.0.1.1 sb-2");
        try (var files = Files.list(root.resolve("etc"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("hosts", "hostname", "machine-id", "ssh");
        }
    }

    @Test
    void followsALinkedMachineIdOfTheBusAndWritesAnOwnOne() throws IOException {
        Path bus = root.resolve("var/lib/dbus/machine-id");
        Files.writeString(bus, "e".repeat(32) + "\n");
        identities.writeFiles(new MachineIdentity("sb-1", ID));
        assertThat(bus).hasContent(ID + "\n");
    }

    @Test
    void leavesNoSecretOfTheTemplate() throws IOException {
        Path seed = root.resolve("var/lib/systemd/random-seed");
        Files.write(seed, new byte[512]);
        Files.writeString(root.resolve("var/lib/systemd/credential.secret"), "secret");
        identities.writeFiles(new MachineIdentity("sb-1", ID));
        byte[] first = Files.readAllBytes(seed);
        identities.writeFiles(new MachineIdentity("sb-1", ID));
        assertThat(first).hasSize(512).isNotEqualTo(new byte[512]).isNotEqualTo(Files.readAllBytes(seed));
        assertThat(root.resolve("var/lib/systemd/credential.secret")).doesNotExist();
    }

    @Test
    void knowsWhoItIsAlready() throws IOException {
        MachineIdentity identity = new MachineIdentity("sb-1", ID);
        assertThat(identities.isAlready(identity)).isFalse();
        identities.writeFiles(identity);
        assertThat(identities.isAlready(identity)).isTrue();
        Files.delete(root.resolve("etc/machine-id"));
        assertThat(identities.isAlready(identity)).isFalse();
    }

    @Test
    void whoBecomesAnotherLosesTheHostKeysAndGetsOthersLater() throws IOException {
        writeHostKeys();
        identities.become(new MachineIdentity("sb-1", ID));
        assertThat(ssh()).containsExactly("sshd_config");
        assertThat(later).hasSize(1);
        assertThat(kernelNames).containsExactly("sb-1");
        assertThat(root.resolve("etc/machine-id")).hasContent(ID + "\n");
    }

    @Test
    void whoStaysWhoItIsKeepsItsHostKeys() throws IOException {
        MachineIdentity identity = new MachineIdentity("sb-1", ID);
        identities.become(identity);
        assertThat(later).as("there were none to make anew").isEmpty();
        writeHostKeys();
        identities.become(identity);
        assertThat(ssh()).containsExactly("ssh_host_ed25519_key", "ssh_host_ed25519_key.pub", "sshd_config");
        assertThat(later).isEmpty();
        assertThat(kernelNames).containsExactly("sb-1", "sb-1");
    }

    private void writeHostKeys() throws IOException {
        for (String name : List.of("ssh_host_ed25519_key", "ssh_host_ed25519_key.pub", "sshd_config")) {
            Files.writeString(root.resolve("etc/ssh").resolve(name), "");
        }
    }

    private List<String> ssh() throws IOException {
        try (var files = Files.list(root.resolve("etc/ssh"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "a-", "A", "a.b", "a\n", "ü"})
    void refusesHostNames(String name) {
        assertThatThrownBy(() -> new MachineIdentity(name, ID))
                .isInstanceOf(GuestException.class)
                .hasMessageContaining("identity.host_name: " + name + " (expected: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "00000000000000000000000000000000", "0123456789ABCDEF0123456789abcdef"})
    void refusesMachineIds(String id) {
        assertThatThrownBy(() -> new MachineIdentity("sb", id)).hasMessageContaining("identity.machine_id: " + id);
    }
}
