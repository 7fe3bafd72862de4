package dev.mulligan.guest.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SystemEnvironmentTest {
    @TempDir
    private Path etc;

    @Test
    void readsWhatTheImageSetsForEverybody() throws IOException {
        Files.writeString(etc.resolve("environment"), """
                # a comment
                PATH=/opt/venv/bin:/usr/bin
                GREETING=guten Tag=ja
                QUOTED="two words"
                export SINGLE='one'
                EMPTY=
                not a setting
                1BAD=x
                =nothing
                """);

        assertThat(new Accounts(etc).environment())
                .isEqualTo(Map.of(
                        "PATH", "/opt/venv/bin:/usr/bin",
                        "GREETING", "guten Tag=ja",
                        "QUOTED", "two words",
                        "SINGLE", "one",
                        "EMPTY", ""));
    }

    @Test
    void nothingInTheFileKeepsAProgramFromStarting() throws IOException {
        assertThat(new Accounts(etc).environment()).isEmpty();
        Files.write(etc.resolve("environment"), "A=\u00ff\nB=\u0000\nC=3\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(new Accounts(etc).environment())
                .containsKey("A")
                .doesNotContainKey("B")
                .containsEntry("C", "3");
    }
}
