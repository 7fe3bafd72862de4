package dev.mulligan.host.cli.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class PeersTest {
    @Test
    void aProgramsOutputIsBothOfItsStreams() throws Exception {
        assertThat(Program.run("sh", "-c", "echo one; echo two >&2")).isEqualTo("one\ntwo\n");
    }

    @Test
    void aProgramThatFailsIsSaidWithTheEndOfWhatItPrinted() {
        assertThatThrownBy(() -> Program.run("sh", "-c", "echo no such container; exit 3"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("exit code 3 (expected: 0): no such container");
    }

    @Test
    void anInterruptKillsAProgramThatHoldsItsOutputOpen() throws Exception {
        CompletableFuture<String> ended = new CompletableFuture<>();
        Thread waiting = Thread.ofPlatform().start(() -> {
            try {
                ended.complete(Program.run("sleep", "3600"));
            } catch (IOException | InterruptedException failure) {
                ended.complete(failure.getClass().getSimpleName());
            }
        });

        waiting.interrupt();

        assertThat(ended.get(20, TimeUnit.SECONDS)).isEqualTo("InterruptedException");
        assertThat(waiting.join(Duration.ofSeconds(20))).isTrue();
    }

    @Test
    void aMachineThatGoesOnFromATemplateBecomesOneThatBoots() throws IOException {
        String xml = PeerDomain.rewrite(
                """
                <domain type='qemu' id='7' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
                  <name>mulligan-sb-1-2</name>
                  <uuid>00000000-0000-0000-0000-000000000001</uuid>
                  <genid>00000000-0000-0000-0000-000000000002</genid>
                  <os><type>hvm</type></os>
                  <devices>
                    <disk><source file='/old/disk'/><target dev='vda'/></disk>
                    <channel type='unix'><source mode='bind' path='/old/port'/></channel>
                  </devices>
                  <qemu:commandline><qemu:arg value='-incoming'/><qemu:arg value='defer'/></qemu:commandline>
                  <qemu:capabilities><qemu:del capability='x'/></qemu:capabilities>
                </domain>
                """,
                "peer",
                new PeerDomain.Boot(Path.of("/i/kernel"), Path.of("/i/initrd"), "quiet"),
                Path.of("/new/disk"),
                Path.of("/new/port"),
                Path.of("/new/log"));

        assertThat(xml)
                .contains("<name>peer</name>")
                .contains("<kernel>/i/kernel</kernel><initrd>/i/initrd</initrd><cmdline>quiet</cmdline>")
                .contains("file=\"/new/disk\"", "path=\"/new/port\"")
                .contains("capability=\"x\"")
                .doesNotContain("defer", "uuid", "genid", "/old/", "id=\"7\"");
    }
}
