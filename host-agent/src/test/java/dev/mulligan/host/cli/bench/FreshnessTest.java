package dev.mulligan.host.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FreshnessTest {
    private static final String FIRST = answer("m1", "h1", "b1", "d1");

    private final Freshness freshness = new Freshness(true);

    @Test
    void clonesOfOneTemplateAreFreshThoughTheyShareItsBoot() {
        freshness.examine("sb-1", FIRST);

        assertThatCode(() -> freshness.examine("sb-2", answer("m2", "h2", "b1", "d2")))
                .doesNotThrowAnyException();
        assertThat(freshness.boots()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"m1, h2, d2, machine-id m1", "m2, h1, d2, host-name h1", "m2, h2, d1, draw d1"})
    void whatAnotherHadBeforeIsUsed(String machine, String host, String draw, String why) {
        freshness.examine("sb-1", FIRST);

        assertThatThrownBy(() -> freshness.examine("sb-2", answer(machine, host, "b2", draw)))
                .hasMessage("NOT FRESH: sandbox sb-2: " + why + " was another's before (expected: its own)");
    }

    @Test
    void theMarkOfAnEarlierUseIsFound() {
        assertThatThrownBy(() -> freshness.examine("sb-1", FIRST + "mark /dev/shm/mulligan-bench-used\n"))
                .hasMessageStartingWith("NOT FRESH: sandbox sb-1: /dev/shm/mulligan-bench-used is there");
    }

    @Test
    void machinesThatBootMayBearTheirImagesHostName() {
        Freshness booting = new Freshness(false);
        booting.examine("sb-1", FIRST);

        assertThatCode(() -> booting.examine("sb-2", answer("m2", "h1", "b2", "d2")))
                .doesNotThrowAnyException();
        assertThat(booting.boots()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"machine-id", "host-name", "boot-id", "draw"})
    void whoDoesNotSayAllIsNotTakenForFresh(String missing) {
        assertThatThrownBy(() -> freshness.examine("sb-1", FIRST.replaceFirst(missing + " \\w+", missing + " ")))
                .hasMessageContaining("no " + missing);
        assertThatThrownBy(() -> freshness.examine("sb-1", FIRST.replaceFirst(missing + " \\w+\n", "")))
                .hasMessageContaining("no " + missing);
    }

    /** The script itself, on this machine instead of in a sandbox, with its marks elsewhere. */
    @Test
    void theQuestionMarksWhomItAsks(@org.junit.jupiter.api.io.TempDir java.nio.file.Path directory) throws Exception {
        String first = ask(directory);
        String second = ask(directory);

        assertThat(first)
                .contains("machine-id ")
                .contains("host-name ")
                .contains("boot-id ")
                .doesNotContain("mark ");
        assertThat(first).containsPattern("draw [0-9a-f]{32}\n");
        assertThat(second.lines().filter(line -> line.startsWith("mark "))).hasSize(2);
    }

    private static String ask(java.nio.file.Path directory) throws Exception {
        java.util.List<String> question = Freshness.QUESTION.stream()
                .map(part -> part.replace("/etc/machine-id", "/proc/sys/kernel/random/boot_id")
                        .replace("/var/tmp/mulligan", directory + "/disk")
                        .replace("/dev/shm/mulligan", directory + "/memory"))
                .toList();
        Process process = new ProcessBuilder(question).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    private static String answer(String machine, String host, String boot, String draw) {
        return "machine-id " + machine + "\nhost-name " + host + "\nboot-id " + boot + "\ndraw " + draw + "\n";
    }
}
