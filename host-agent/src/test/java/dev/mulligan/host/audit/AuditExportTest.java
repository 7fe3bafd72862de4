package dev.mulligan.host.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mulligan.host.store.MemoryDirectory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditExportTest {
    @TempDir(factory = MemoryDirectory.class)
    private Path directory;

    private AuditFixture audit;

    @BeforeEach
    void fill() {
        audit = new AuditFixture(directory);
        audit.fill(9);
    }

    @AfterEach
    void close() {
        audit.close();
    }

    @Test
    void aWholeExportVerifiesAndHasTheLogsHead() throws IOException {
        AuditVerdict verdict = verify(audit.export(Optional.empty()));
        assertThat(verdict)
                .matches(AuditVerdict::whole)
                .isEqualTo(audit.log.reader().verify());
    }

    @Test
    void aTasksPartTellsNothingOfOthersAndStillProvesItsPlaceInTheLog() throws IOException {
        String part = audit.export(Optional.of(AuditFixture.OTHER));
        assertThat(part).contains("\"task_id\":\"other\"").doesNotContain("\"task_id\":\"mine\"");
        assertThat(part.lines()).hasSize(8); // Entries 2 to 8, three of them links, and the head.
        assertThat(verify(part)).satisfies(verdict -> {
            assertThat(verdict.flaw()).isEmpty();
            assertThat(verdict.head())
                    .isEqualTo(audit.query(AuditQuery.ALL).get(7).hash());
        });
    }

    @Test
    void nothingToTellIsWhole() throws IOException {
        assertThat(verify(audit.export(Optional.of(new dev.mulligan.host.TaskId("unknown")))))
                .returns(0L, AuditVerdict::entries)
                .matches(AuditVerdict::whole);
    }

    @Test
    void findsEveryAttackOnTheFileInEveryLine() throws IOException {
        for (String export : List.of(audit.export(Optional.empty()), audit.export(Optional.of(AuditFixture.OTHER)))) {
            List<String> lines = export.lines().toList();
            for (int i = 0; i < lines.size() - 1; i++) {
                int line = i;
                assertFlawed(
                        lines,
                        "changed",
                        copy -> copy.set(line, copy.get(line).replaceFirst("[0-9a-f]{8}", "0badcafe")));
                if (i > 0 && i < lines.size() - 2) {
                    assertFlawed(lines, "missing", copy -> copy.remove(line));
                }
                assertFlawed(lines, "doubled", copy -> copy.add(line, copy.get(line)));
                if (i + 1 < lines.size() - 1 && i > 0) {
                    assertFlawed(lines, "reordered", copy -> Collections.swap(copy, line, line + 1));
                }
                assertFlawed(
                        lines,
                        "truncated",
                        copy -> copy.subList(line, copy.size()).clear());
            }
            assertFlawed(lines, "truncated", copy -> copy.remove(copy.size() - 2));
            assertFlawed(lines, "changed", copy -> copy.add(copy.getLast()));
        }
    }

    @Test
    void namesTheEntryThatWasChanged() throws IOException {
        String export = audit.export(Optional.empty()).replace("\"number\":\"4\"", "\"number\":\"5\"");
        assertThat(verify(export).flaw())
                .hasValueSatisfying(flaw -> assertThat(flaw.sequence()).isEqualTo(5));
    }

    @Test
    void aChangeOfFormAloneIsAChange() throws IOException {
        String export = audit.export(Optional.empty());
        assertThat(verify(export.replaceFirst("\"entry\":", "\"entry\": ")).whole())
                .isFalse();
        assertThat(verify(export.replaceFirst("\n", "\r\n")).whole()).isFalse();
        assertThat(verify("{\"entry\":{},\"entry\":{}}\n").whole()).isFalse();
    }

    @Test
    void garbageIsAVerdictAndNoFailure() throws IOException {
        for (String garbage :
                List.of("", "\n", "x", "{}\n", "[1]\n", "{\"sequence\":1}\n", "{\"sequence\":1.5,\"head\":\"\"}\n")) {
            assertThat(verify(garbage).whole()).as(garbage).isFalse();
        }
        assertThat(AuditExport.verify(new ByteArrayInputStream(new byte[] {(byte) 0xff, '\n'}))
                        .whole())
                .isFalse();
    }

    @Test
    void thirtyLinesOfPythonComeToTheSameVerdict() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "no python3");
        String whole = audit.export(Optional.empty());
        String head = audit.query(AuditQuery.ALL).getLast().hash().hex();
        assertThat(python(whole)).isEqualTo("whole 9 " + head);
        assertThat(python(audit.export(Optional.of(AuditFixture.OTHER)))).startsWith("whole 8 ");
        assertThat(python(whole.replace("\"number\":\"4\"", "\"number\":\"5\"")))
                .startsWith("not whole");
        assertThat(python(whole.substring(0, whole.lastIndexOf("{\"head\"")))).startsWith("not whole");
    }

    private String python(String export) throws Exception {
        Path file = Files.writeString(directory.resolve("export.jsonl"), export);
        Path script =
                Path.of(AuditExportTest.class.getResource("/verify_export.py").toURI());
        Process process = new ProcessBuilder("/usr/bin/python3", script.toString(), file.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return output.strip();
    }

    private static void assertFlawed(
            List<String> lines, String problem, java.util.function.Consumer<List<String>> attack) throws IOException {
        List<String> copy = new ArrayList<>(lines);
        attack.accept(copy);
        assertThat(verify(String.join("\n", copy) + (copy.isEmpty() ? "" : "\n"))
                        .flaw())
                .as("%s of %s", problem, copy)
                .hasValueSatisfying(flaw -> assertThat(flaw.problem()).startsWith(problem));
    }

    private static AuditVerdict verify(String export) throws IOException {
        return AuditExport.verify(new ByteArrayInputStream(export.getBytes(StandardCharsets.UTF_8)));
    }
}
