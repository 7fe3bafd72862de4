package dev.mulligan.host.real;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.Shell;
import dev.mulligan.host.real.HostAgentProcess.Ran;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * What a newcomer does with the real command line and the real host agent: the demo, doctor, and the client that the
 * README shows. After each test nothing is left that no sandbox owns, and the record is whole.
 */
@Tag("vm")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(900)
final class NewcomerIT {
    private final HostAgentTrial trial = new HostAgentTrial();
    private final HostAgentProcess agent = trial.agent();

    @BeforeAll
    void start() throws Exception {
        trial.start();
    }

    @AfterEach
    void leavesNothingAndTheRecordIsWhole() throws Exception {
        trial.requireWholeAndClean();
    }

    @AfterAll
    void end() throws Exception {
        trial.end("NewcomerIT");
    }

    @Test
    void theDemoTellsTheWholeStory() throws Exception {
        Ran demo = agent.run("demo");

        assertThat(demo.code()).as(demo.toString()).isZero();
        assertThat(demo.output())
                .contains("python wrote 55", "the file is right again", "/usr is gone", "Python works again")
                .containsPattern("all \\d+ entries are whole and linked");
    }

    @Test
    void doctorNamesWhatNoSandboxOwns() throws Exception {
        Path stray = Files.createDirectory(trial.state().resolve("machines/stray"));
        Ran asked = agent.run("doctor", "--output", "json");
        Files.delete(stray);

        assertThat(asked.output()).contains("stray");
        assertThat(agent.run("doctor", "--output", "json").output()).doesNotContain("stray");
    }

    @Test
    void theReadmesClientInAnotherLanguage() throws Exception {
        String section = Files.readString(Path.of("../README.md"))
                .replaceFirst("(?s).*\n## From another language\n", "")
                .replaceFirst("(?s)\n## .*", "");
        Path place = Files.createDirectory(trial.directory().resolve("reader"));
        Files.createSymbolicLink(place.resolve("proto"), Path.of("../proto").toRealPath());
        Shell.program(
                place.resolve("mulligan"),
                "#!/bin/sh\nexec "
                        + String.join(
                                " ",
                                agent.command().stream()
                                        .map(word -> "'" + word + "'")
                                        .toList()) + " \"$@\"\n");
        Files.writeString(place.resolve("client.py"), String.join("", blocks(section, "python")));
        Files.writeString(
                place.resolve("commands"),
                "set -eu\n"
                        + String.join("", blocks(section, "sh"))
                                .replace(
                                        "/tmp/client",
                                        place.resolve("generated").toString()));

        ProcessBuilder builder = new ProcessBuilder("bash", "commands").directory(place.toFile());
        builder.environment().put("MULLIGAN_STATE", trial.state().toString());
        builder.environment().put("PATH", "/usr/bin:/bin"); // Debian's Python, whatever else is installed
        Process reader = builder.redirectErrorStream(true).start();
        String printed = new String(reader.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(reader.waitFor()).as(printed).isZero();
        assertThat(printed).containsPattern("hello from [a-z0-9-]+");
    }

    private static List<String> blocks(String text, String language) {
        return Pattern.compile("(?s)```" + language + "\n(.*?)```")
                .matcher(text)
                .results()
                .map(block -> block.group(1))
                .toList();
    }
}
