package dev.mulligan.host.real;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.Shell;
import dev.mulligan.host.real.HostAgentProcess.Ran;
import dev.mulligan.proto.host.v1.Sandbox;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * What a newcomer does with the real command line and the real host agent: the demo, doctor, the client that the README
 * shows, an image that is rebuilt. After each test nothing is left that no sandbox owns, and the record is whole.
 */
@Tag("vm")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(900)
final class NewcomerIT {
    private final HostAgentTrial trial = new HostAgentTrial(RealHost.withoutTemplates());
    private final HostAgentProcess agent = trial.agent();

    private Optional<OwnImages> images = Optional.empty();

    @BeforeAll
    void start() throws Exception {
        images = Optional.of(trial.startWithOwnImages());
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
        String section = section("## From another language");
        Path place = reader("client");
        Files.createSymbolicLink(place.resolve("proto"), Path.of("../proto").toRealPath());
        Files.writeString(place.resolve("client.py"), String.join("", blocks(section, "python")));
        String commands = String.join("", blocks(section, "sh"))
                .replace("/tmp/client", place.resolve("generated").toString());

        assertThat(follow(place, commands, "")).containsPattern("hello from [a-z0-9-]+");
    }

    @Test
    void anImageThatIsRebuiltUnderItsSandboxesIsAnotherOneForNewSandboxesOnly() throws Exception {
        Hand hand = trial.hand();
        String old = images.orElseThrow().first().value();
        String running = hand.create("running", old).getId();
        String clone = hand.create("clone", old).getId();
        hand.shell(running, "echo kept > note");

        String rebuilt = images.orElseThrow().rebuild().value();
        hand.checkpoint(running, "after the rebuild");
        hand.shell(running, "echo lost > note");
        hand.rollback(running, "");
        assertThat(hand.shell(running, "cat note /proc/cmdline"))
                .startsWith("kept\n")
                .doesNotContain(OwnImages.MARK);
        assertThat(hand.shell(clone, "echo answers")).isEqualTo("answers\n");
        Sandbox fresh = hand.create("fresh", "base");
        assertThat(fresh.getImageDigest()).isEqualTo(rebuilt);
        assertThat(hand.shell(fresh.getId(), "cat /proc/cmdline")).contains(OwnImages.MARK);

        hand.delete(clone);
        Ran refused = agent.run("image", "rm", old);
        assertThat(refused.code()).as(refused.toString()).isEqualTo(6);
        assertThat(refused.errors()).contains("delete the sandbox running first");
        assertThat(hand.shell(running, "cat note")).isEqualTo("kept\n");
        hand.delete(running);
        Ran deleted = agent.run("image", "rm", old);
        assertThat(deleted.code()).as(deleted.toString()).isZero();
        assertThat(agent.run("image", "list", "--output", "json").output())
                .contains(rebuilt)
                .doesNotContain(old);
        assertThat(agent.run("template", "list", "--output", "json").output())
                .contains(rebuilt)
                .doesNotContain(old);
        assertThat(hand.shell(fresh.getId(), "echo answers")).isEqualTo("answers\n");
        hand.delete(fresh.getId());
    }

    /** Grant a folder, refuse the deletion, apply three files, one by hunks, undo one, verify the export. */
    @Test
    void theReadmesFolder() throws Exception {
        String section = section("### Give it a folder");
        Path place = reader("folder");
        Path reports = place.toRealPath().resolve("Reports");
        String scope = String.join("", blocks(section, "yaml")).replace("~/Reports", reports.toString());
        Files.writeString(place.resolve("tidy.yaml"), scope);
        String commands = String.join("", blocks(section, "sh")).replace("~/Reports", reports.toString());

        String printed = follow(place, commands, "y\nn\n");

        assertThat(printed)
                .contains("-The year 2025.\n+The year 2026.\n", "rejected  old.md", "undone  " + reports + "/feb.md")
                .containsPattern("whole: \\d+ entries");
        assertThat(years(reports.resolve("jan.md"))).containsExactly("2026", "2026");
        assertThat(years(reports.resolve("feb.md"))).as("undone").containsExactly("2025", "2025");
        assertThat(years(reports.resolve("mar.md"))).as("the first hunk").containsExactly("2026", "2025");
        for (String left : List.of("apr", "may", "old")) {
            assertThat(years(reports.resolve(left + ".md"))).as(left).containsExactly("2025", "2025");
        }
        try (Stream<Path> names = Files.list(reports)) {
            assertThat(names).hasSize(6);
        }
    }

    private static List<String> years(Path file) throws IOException {
        return Pattern.compile("20\\d\\d")
                .matcher(Files.readString(file))
                .results()
                .map(MatchResult::group)
                .toList();
    }

    /** What the README says below a heading. */
    private static String section(String heading) throws IOException {
        String readme = Files.readString(Path.of("../README.md"));
        int begin = readme.indexOf("\n" + heading + "\n");
        assertThat(begin).as(heading).isPositive();
        return readme.substring(begin + heading.length() + 2).replaceFirst("(?s)\n##+ .*", "");
    }

    /** Where somebody works who follows the README: {@code ./mulligan} is there. */
    private Path reader(String name) throws Exception {
        Path place = Files.createDirectory(trial.directory().resolve(name));
        Shell.program(
                place.resolve("mulligan"),
                "#!/bin/sh\nexec "
                        + String.join(
                                " ",
                                agent.command().stream()
                                        .map(word -> "'" + word + "'")
                                        .toList()) + " \"$@\"\n");
        return place;
    }

    /** Runs these commands to the end, and returns what they print. */
    private String follow(Path place, String commands, String answers) throws Exception {
        Files.writeString(place.resolve("commands"), "set -eu\n" + commands);
        ProcessBuilder builder = new ProcessBuilder("bash", "commands").directory(place.toFile());
        builder.environment().put("MULLIGAN_STATE", trial.state().toString());
        builder.environment().put("PATH", "/usr/bin:/bin"); // Debian's Python, whatever else is installed
        Process reader = builder.redirectErrorStream(true).start();
        try (OutputStream input = reader.getOutputStream()) {
            input.write(answers.getBytes(StandardCharsets.UTF_8));
        }
        String printed = new String(reader.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(reader.waitFor()).as(printed).isZero();
        return printed;
    }

    private static List<String> blocks(String text, String language) {
        return Pattern.compile("(?s)```" + language + "\n(.*?)```")
                .matcher(text)
                .results()
                .map(block -> block.group(1))
                .toList();
    }
}
