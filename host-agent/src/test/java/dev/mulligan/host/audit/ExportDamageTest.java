package dev.mulligan.host.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/**
 * Whatever happens to an export is found: by Mulligan, and by {@code verify_export.py}, which was written from the
 * description in {@link AuditExport} and knows nothing of it: thirty lines, Python's own library, and openssl.
 * {@code -Dmulligan.damage=N}: N files a try.
 */
final class ExportDamageTest {
    private static final int FILES = Integer.getInteger("mulligan.damage", 60);
    private static final String SCRIPT = "/verify_export.py";

    /** Runs the script on one file after another, and is not silent about what is no verdict. */
    private static final String DRIVER = """
            import runpy, sys
            script, key, *files = sys.argv[1:]
            for file in files:
                sys.argv = [script, key, file]
                try:
                    runpy.run_path(script)
                except SystemExit as flaw:
                    print(flaw)
                except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as garbage:
                    print("not whole: garbage,", type(garbage).__name__)
            """;

    private final SigningKey key = SigningKey.make();
    private final byte[] whole = SampleExport.bytes(SampleExport.part(key, 1, 7, EntryHash.NONE));
    private final byte[] part = SampleExport.bytes(SampleExport.part(key, 40, 44, EntryHash.of("39")));

    @Example
    void thirtyLinesDoIt() throws Exception {
        assertThat(Files.readAllLines(script()))
                .hasSizeLessThanOrEqualTo(30)
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(121));
    }

    /** As a person would run it. */
    @Example
    void whatItSaysOfOneFileIsItsExitCodeToo() throws Exception {
        byte[] missing = new Damage(Damage.Kind.LINE_GONE, 2, 0).to(whole);
        assertThat(run(key.shown(), List.of(whole), "python3", script().toString()))
                .isEqualTo("0 whole: 5 entries, the last is number 7, hash " + head());
        assertThat(run(key.shown(), List.of(missing), "python3", script().toString()))
                .isEqualTo("1 not whole: entry 4 does not follow entry 2");
    }

    private String head() throws IOException {
        return verdict(whole).head().hex();
    }

    @Example
    void bothFindWholeFilesWhole() throws Exception {
        for (byte[] file : List.of(whole, part)) {
            assertThat(verdict(file).flaw()).isEmpty();
        }
        assertThat(python(key.shown(), List.of(whole, part))).allMatch(line -> line.startsWith("whole: "));
        assertThat(python(SigningKey.make().shown(), List.of(whole, part)))
                .allMatch(line -> line.startsWith("not whole: signed by another key"));
    }

    @Example
    void noByteCanBeChanged() throws IOException {
        for (byte[] file : List.of(whole, part)) {
            for (int i = 0; i < file.length; i++) {
                for (int second : new int[] {0, 31, 127}) {
                    byte[] damaged = new Damage(Damage.Kind.BYTE_CHANGED, i, second).to(file);
                    assertThat(verdict(damaged).whole())
                            .as("byte %s of %s", i, new String(damaged, StandardCharsets.UTF_8))
                            .isFalse();
                }
            }
        }
    }

    @Example
    void noLengthIsLeftOfIt() throws IOException {
        for (int length = 0; length < whole.length; length++) {
            assertThat(verdict(Arrays.copyOf(whole, length)).whole()).isFalse();
        }
    }

    /** Missing, doubled wherever it may be, in another order, cut off. */
    @Example
    void bothFindWhatHappensToAnyLine() throws Exception {
        List<byte[]> files = new ArrayList<>();
        int lines = SampleExport.lines(whole);
        for (int line = 0; line < lines; line++) {
            files.add(new Damage(Damage.Kind.LINE_GONE, line, 0).to(whole));
            for (int place = 0; place <= lines; place++) {
                files.add(new Damage(Damage.Kind.LINE_DOUBLED, line, place).to(whole));
            }
            for (int other = line + 1; other < lines; other++) {
                files.add(new Damage(Damage.Kind.LINES_SWAPPED, line, other).to(whole));
            }
            files.add(SampleExport.cut(whole, line));
        }
        for (byte[] file : files) {
            assertThat(verdict(file).whole())
                    .as(new String(file, StandardCharsets.UTF_8))
                    .isFalse();
        }
        assertThat(python(key.shown(), files)).allMatch(line -> line.startsWith("not whole: "));
    }

    @Property(tries = 5, shrinking = ShrinkingMode.OFF)
    void bothFindEveryDamage(@ForAll("damages") List<Damage> damages) throws Exception {
        List<byte[]> files = new ArrayList<>();
        for (Damage damage : damages) {
            byte[] file = damage.first() % 2 == 0 ? whole : part;
            byte[] damaged = damage.to(file);
            if (!Arrays.equals(damaged, file)) {
                files.add(damaged);
            }
        }
        for (byte[] file : files) {
            assertThat(verdict(file).whole())
                    .as(new String(file, StandardCharsets.UTF_8))
                    .isFalse();
        }
        List<String> verdicts = python(key.shown(), files);
        for (int i = 0; i < files.size(); i++) {
            assertThat(verdicts.get(i))
                    .as(new String(files.get(i), StandardCharsets.UTF_8))
                    .startsWith("not whole");
        }
    }

    @Provide
    Arbitrary<List<Damage>> damages() {
        Arbitrary<Integer> places = Arbitraries.integers().between(0, Integer.MAX_VALUE);
        return Combinators.combine(Arbitraries.of(Damage.Kind.class), places, places)
                .as(Damage::new)
                .list()
                .ofSize(FILES);
    }

    private AuditVerdict verdict(byte[] file) throws IOException {
        return AuditExport.verify(new ByteArrayInputStream(file), Optional.of(key.shown()), Optional.empty());
    }

    /** A line for each file. */
    private static List<String> python(AuditKey key, List<byte[]> files) throws Exception {
        String said = run(key, files, "python3", "-c", DRIVER, script().toString());
        assertThat(said).startsWith("0 ");
        List<String> lines = said.substring(2).lines().toList();
        assertThat(lines).as(said).hasSameSizeAs(files);
        return lines;
    }

    private static Path script() throws URISyntaxException {
        return Path.of(ExportDamageTest.class.getResource(SCRIPT).toURI());
    }

    /** The exit code, and what it printed. */
    private static String run(AuditKey key, List<byte[]> files, String... program) throws Exception {
        Path directory = Files.createTempDirectory(Path.of("/dev/shm"), "mulligan-export");
        try {
            List<String> command = new ArrayList<>(List.of(program));
            command.add(
                    Files.writeString(directory.resolve("host.pem"), key.pem()).toString());
            for (byte[] file : files) {
                command.add(Files.write(directory.resolve(command.size() + ".jsonl"), file)
                        .toString());
            }
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return process.exitValue() + " " + said.strip();
        } finally {
            try (Stream<Path> left = Files.list(directory)) {
                for (Path file : left.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        }
    }
}
