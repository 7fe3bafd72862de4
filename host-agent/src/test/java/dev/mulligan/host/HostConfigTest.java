package dev.mulligan.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mulligan.host.workspace.apply.UndoRetention;
import dev.mulligan.vm.DataSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HostConfigTest {
    @TempDir
    Path directory;

    @Test
    void aMissingAndAnEmptyFileMeanEveryDefault() throws IOException {
        HostConfig missing = HostConfig.read(directory.resolve("config.yaml"), 8);

        assertThat(missing).isEqualTo(read("")).isEqualTo(read("# nothing\nsandbox:\n"));
        assertThat(missing.memory()).isEqualTo(DataSize.ofGibibytes(1));
        assertThat(missing.processors()).isEqualTo(2);
        assertThat(missing.pauseAfter()).contains(Duration.ofMinutes(10));
        assertThat(missing.deleteAfter()).isEmpty();
        assertThat(missing.poolMachines()).isEqualTo(4);
        assertThat(missing.undo()).isEqualTo(new UndoRetention(10, 200, 10L << 30));
        assertThat(missing.tcp()).isEmpty();
    }

    @Test
    void readsEveryKey() throws IOException {
        HostConfig config = read("""
                sandbox:
                  memory: 2Gi
                  processors: 4
                  disk: 20Gi
                  idle: {pause: 5m, save: never, delete: 2d}
                pool: {machines: 0}
                tasks: {parallel: 3}
                undo: {least: 3, most: 30, size: 1Gi}
                grace: 1m
                hypervisor: qemu:///session
                images: {recipes: /r, guest_agent: /g.tar}
                tcp:
                  address: "[::1]:7443"
                  certificate: /c.pem
                  key: /k.pem
                  tokens: {phone: /t}
                """);

        assertThat(config.memory()).isEqualTo(DataSize.ofGibibytes(2));
        assertThat(config.disk()).isEqualTo(DataSize.ofGibibytes(20));
        assertThat(config.pauseAfter()).contains(Duration.ofMinutes(5));
        assertThat(config.saveAfter()).isEmpty();
        assertThat(config.deleteAfter()).contains(Duration.ofDays(2));
        assertThat(config.poolMachines()).isZero();
        assertThat(config.parallelTasks()).isEqualTo(3);
        assertThat(config.undo()).isEqualTo(new UndoRetention(3, 30, 1L << 30));
        assertThat(config.grace()).isEqualTo(Duration.ofMinutes(1));
        assertThat(config.recipes()).contains(Path.of("/r"));
        assertThat(config.tcp().orElseThrow().tokens()).containsEntry("phone", Path.of("/t"));
        assertThat(config.tcp().orElseThrow().address().getPort()).isEqualTo(7443);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'sandbox:\n  memroy: 1Gi'|line 2, column 3|sandbox.memroy|disk, idle, memory, processors",
                "'sandbox: {memory: 1Gb}'|line 1, column 19|sandbox.memory|1Gb",
                "'sandbox: {memory: 1Ki}'|line 1, column 19|1Ki|256Mi",
                "'sandbox:\n  processors: 9'|line 2, column 15|9|from 1 to 8",
                "'grace: soon'|line 1, column 8|soon|30s",
                "'pool: {machines: -1}'|line 1, column 18|pool.machines|a number from 0 to 256",
                "'undo: {least: 0}'|line 1, column 15|undo.least|a number from 1 to 10000",
                "'undo: {least: 20, most: 10}'|line 1, column 25|undo.most|a number from 20 to 10000",
                "'undo: {size: 2Ti}'|line 1, column 14|undo.size|1Mi",
                "'undo: {keep: 1}'|line 1, column 8|undo.keep|least, most, size",
                "'tasks: 3'|line 1, column 8|tasks|keys with values",
                "'grace: [1]'|line 1, column 8|grace|one value",
                "'grace: 1s\ngrace: 2s'|line 2, column 1|duplicate key|grace",
                "'images: {recipes: here}'|line 1, column 19|here|an absolute path",
                "'a: ['|line 1|config.yaml|YAML",
            })
    void complainsWithThePlaceTheValueAndTheExpectation(String text, String place, String value, String expected) {
        assertThatExceptionOfType(HostException.class)
                .isThrownBy(() -> read(text))
                .withMessageContainingAll(place, value, expected)
                .satisfies(bad -> assertThat(bad.code()).isEqualTo(HostErrorCode.BAD_CONFIG));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tcp: {address: 127.0.0.1:1}",
                "tcp: {address: 127.0.0.1:1, certificate: /c, key: /k}",
                "tcp: {address: 127.0.0.1:1, tokens: {a: /t}}",
                "tcp: {certificate: /c, key: /k, tokens: {a: /t}}",
            })
    void plainTcpAndTcpWithoutTokensAreRefused(String text) {
        assertThatExceptionOfType(HostException.class)
                .isThrownBy(() -> read(text))
                .withMessageContaining("plain TCP is not served");
    }

    @Test
    void undoHasBoundsAndAMaximumThatIsNoSmallerThanTheMinimum() throws IOException {
        assertThat(read("undo: {least: 500}").undo()).isEqualTo(new UndoRetention(500, 500, 10L << 30));
        assertThat(read("undo: {most: 10, size: 1Mi}").undo()).isEqualTo(new UndoRetention(10, 10, 1L << 20));
    }

    private HostConfig read(String text) throws IOException {
        return HostConfig.read(Files.writeString(directory.resolve("config.yaml"), text), 8);
    }
}
