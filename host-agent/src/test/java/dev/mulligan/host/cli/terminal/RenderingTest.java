package dev.mulligan.host.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RenderingTest {
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    @Test
    void columnsAreAsWideAsTheirWidestCell() {
        assertThat(new Table("A", "LONG HEADER", "C")
                        .row("1", "x", "")
                        .row("longer", "", "last one is free")
                        .toString())
                .isEqualTo("""
                        A       LONG HEADER  C
                        1       x            -
                        longer  -            last one is free
                        """);
    }

    @Test
    void factsWithoutValueAreLeftOut() {
        assertThat(new Facts()
                        .add("name", "x")
                        .add("reason", "")
                        .add("state", "ok")
                        .toString())
                .isEqualTo("name:  x\nstate: ok\n");
    }

    @Test
    void namesCannotMoveTheCursorOrPose() {
        assertThat(Printable.of("a\u001b[2Jb\r\n\u0007\u0085\u202egnp"))
                .isEqualTo("a\\x1b[2Jb\\x0d\\x0a\\x07\\x85\\u202egnp");
        assertThat(Printable.of("Grüße, 世界 🙂")).isEqualTo("Grüße, 世界 🙂");
        assertThat(Printable.ofLines("a\u001b\n\tb\r\n")).isEqualTo("a\\x1b\n\tb\\x0d\n");
        assertThat(new Table("A").row("\u001b[31m").toString()).doesNotContain("\u001b");
    }

    @Test
    void linesForLogsAreNotRepeated() {
        try (Progress progress = Progress.on(console(false))) {
            progress.step("booting");
            progress.step("booting");
            progress.step("packing", 0.1);
            progress.step("packing", 0.9);
        }
        assertThat(errors()).isEqualTo("mulligan: booting\nmulligan: packing\n");
    }

    @Test
    void ofManySmallStepsALogShowsEachTwentieth() {
        try (Progress progress = Progress.on(console(false))) {
            for (int each = 0; each <= 100; each++) {
                progress.step("unpacking " + each, each / 100.0);
            }
        }
        assertThat(errors().lines()).hasSizeBetween(18, 21).startsWith("mulligan: unpacking 0");
    }

    @Test
    void aTerminalGetsOneLineThatIsErasedInTheEnd() {
        try (Progress progress = Progress.on(console(true))) {
            progress.step("booting \u001b[1m");
            progress.step("packing", 0.5);
        }
        assertThat(errors())
                .contains("booting \\x1b[1m")
                .contains("[############            ]  50% packing")
                .endsWith("\r\u001b[K")
                .doesNotContain("\n");
    }

    @Test
    void coloursOnlyWhereTheyAreWanted() {
        assertThat(new Colours(false).bad("x")).isEqualTo("x");
        assertThat(new Colours(true).bad("x")).isEqualTo("\u001b[31mx\u001b[0m");
        // The tests' own streams are no terminal.
        assertThat(Console.ofProcess(Map.of("TERM", "xterm")).colours()).isFalse();
    }

    private Console console(boolean terminal) {
        return new Console(
                InputStream.nullInputStream(),
                new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8),
                new PrintStream(errors, true, StandardCharsets.UTF_8),
                terminal,
                terminal,
                terminal,
                terminal);
    }

    private String errors() {
        return errors.toString(StandardCharsets.UTF_8);
    }
}
