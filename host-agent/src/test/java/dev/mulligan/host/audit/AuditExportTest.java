package dev.mulligan.host.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.store.MemoryDirectory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
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
        audit.log.sign();
        AuditVerdict verdict = verify(audit.export(Optional.empty()));
        assertThat(verdict)
                .matches(AuditVerdict::whole)
                .isEqualTo(audit.log.reader().verify());
        assertThat(verdict.signed())
                .contains(new AuditVerdict.Signed(9, audit.key().id()));
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

    /** Chained it still would be: only the seal knows how many were told. */
    @Test
    void anEntryThatIsTurnedIntoALinkIsMissed() throws IOException {
        List<String> lines =
                new ArrayList<>(audit.export(Optional.empty()).lines().toList());
        AuditEntry third = audit.query(AuditQuery.ALL).get(2);
        EntryHash entry = EntryHash.of(EntryFormat.entry(third.time(), third.event()));
        lines.set(2, EntryFormat.link(3, entry, third.previousHash()));
        assertThat(verify(String.join("\n", lines) + "\n").flaw())
                .hasValueSatisfying(flaw -> assertThat(flaw.problem()).startsWith("missing: from here on 8 entries"));
    }

    @Test
    void whatIsSlippedIntoALineIsFound() throws IOException {
        String export = audit.export(Optional.of(AuditFixture.OTHER));
        assertThat(verify(export.replaceFirst("\"previous_hash\"", "\"note\":\"x\",\"previous_hash\""))
                        .flaw())
                .hasValueSatisfying(flaw -> assertThat(flaw.problem()).startsWith("changed"));
    }

    @Test
    void aSealByAnotherKeyOrOfAnotherExportIsNone() throws IOException {
        String export = audit.export(Optional.empty());
        AuditKey stranger = SigningKey.make().shown();
        assertThat(AuditExport.verify(
                                new ByteArrayInputStream(export.getBytes(StandardCharsets.UTF_8)),
                                Optional.of(stranger),
                                Optional.empty())
                        .flaw())
                .hasValueSatisfying(flaw ->
                        assertThat(flaw.problem()).startsWith("forged: the head is signed by the key " + audit.key()));
        // Of a forger who knows the public key and nothing else.
        Seal seal = Seal.sign(newest(), 9, "", AuditFixture.START, SigningKey.make());
        String forged = export.substring(0, export.lastIndexOf("{\"entries\""))
                + seal.line().replace(seal.key(), audit.key().id()) + "\n";
        assertThat(verify(forged).flaw())
                .hasValueSatisfying(flaw -> assertThat(flaw.problem()).startsWith("forged: the signature"));
    }

    private HeadFile.Head newest() {
        AuditEntry last = audit.query(AuditQuery.ALL).getLast();
        return new HeadFile.Head(last.sequence(), last.hash());
    }

    @Test
    void withoutAKeyTheChainAloneIsLookedAt() throws IOException {
        byte[] export = audit.export(Optional.empty()).getBytes(StandardCharsets.UTF_8);
        assertThat(AuditExport.verify(new ByteArrayInputStream(export), Optional.empty(), Optional.empty()))
                .matches(AuditVerdict::whole)
                .returns(Optional.empty(), AuditVerdict::signed);
    }

    @Test
    void garbageIsAVerdictAndNoFailure() throws IOException {
        for (String garbage :
                List.of("", "\n", "x", "{}\n", "[1]\n", "{\"sequence\":1}\n", "{\"sequence\":1.5,\"head\":\"\"}\n")) {
            assertThat(verify(garbage).whole()).as(garbage).isFalse();
        }
        assertThat(AuditExport.verify(
                                new ByteArrayInputStream(new byte[] {(byte) 0xff, '\n'}),
                                Optional.empty(),
                                Optional.empty())
                        .whole())
                .isFalse();
    }

    private void assertFlawed(List<String> lines, String problem, java.util.function.Consumer<List<String>> attack)
            throws IOException {
        List<String> copy = new ArrayList<>(lines);
        attack.accept(copy);
        assertThat(verify(String.join("\n", copy) + (copy.isEmpty() ? "" : "\n"))
                        .flaw())
                .as("%s of %s", problem, copy)
                .hasValueSatisfying(flaw -> assertThat(flaw.problem()).startsWith(problem));
    }

    private AuditVerdict verify(String export) throws IOException {
        return audit.verify(export);
    }
}
