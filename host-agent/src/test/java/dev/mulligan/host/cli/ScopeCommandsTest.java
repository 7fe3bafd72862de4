package dev.mulligan.host.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** scope check, explain, list, schema: all without a host agent. */
final class ScopeCommandsTest {
    private static final String SCOPE = """
            extends: reports
            tools: [shell]
            rules:
              - {when: 'args.command.matches("(^|\\\\s)rm\\\\s")', then: ask, why: removes things}
              - {when: 'change.path.endsWith(".key")', then: deny}
            """;

    private final Path file;
    private final Shell shell;

    ScopeCommandsTest(@TempDir Path directory) throws IOException {
        this.shell = new Shell(directory.resolve("state"));
        this.file = Files.writeString(directory.resolve("scope.yaml"), SCOPE);
        Files.createDirectories(shell.directories().scopes());
        named("reports", """
                tools: [python, shell]
                folders: [{path: /srv/reports, as: /workspace/reports, access: write, excludes: ["*.tmp"]}]
                limits: {time: 5m, cpus: 1.5, memory: 512Mi}
                rules: [{when: 'change.kind == "delete"', then: ask}]
                """);
    }

    private void named(String name, String yaml) throws IOException {
        Files.writeString(shell.directories().scopes().resolve(name + ".yaml"), yaml);
    }

    @Test
    void checkSaysInPlainSentencesWhatIsAllowed() {
        assertThat(shell.run("scope", "check", file.toString())).isZero();
        assertThat(shell.output().lines())
                .containsExactly(
                        "It narrows the scope reports.",
                        "Calls may use shell; any other is denied.",
                        "No call runs as root inside the sandbox.",
                        "A call takes at most 5m, 512Mi of memory, 1.5 processors and 256 processes, and prints at most"
                                + " 64Mi.",
                        "The sandbox sees /srv/reports as /workspace/reports, but for *.tmp, and may write there; what it"
                                + " writes stays in the sandbox until it is applied.",
                        "A call that matches scope.rules[0], args.command.matches(\"(^|\\\\s)rm\\\\s\"): a person is asked"
                                + " (removes things).",
                        "A change that matches scope.rules[1], change.path.endsWith(\".key\"): it is denied.",
                        "A change that matches reports.rules[0], change.kind == \"delete\": a person is asked.",
                        "Asked, a call waits at most 24h for a person, and its sandbox stands still; then the answer is no.",
                        "Where rules of several scopes match, the strictest counts.",
                        "reports.apply: a change that no rule matches is carried to the host when a person says so.",
                        "Asked about changes, a person has 168h to answer; then they stay away from the folder, and 'mulligan"
                                + " apply' still has them.",
                        "The record holds digests of the arguments of calls, not themselves.");
    }

    @Test
    void checkTakesNamesAndStandardInputToo() {
        assertThat(shell.run("scope", "check", "reports")).isZero();
        assertThat(shell.output()).contains("Calls may use python, shell; any other is denied.");
        assertThat(shell.input("{tools: [], default: ask}").run("scope", "check", "-"))
                .isZero();
        assertThat(shell.output()).contains("About every call a person is asked.");
    }

    @Test
    void aMistakeIsUsageWithItsPlace() throws IOException {
        Files.writeString(file, "tools: [shell]\nrules: [{when: 'tol == \"shell\"', then: deny}]");
        assertThat(shell.run("scope", "check", file.toString())).isEqualTo(2);
        assertThat(shell.errors()).contains("scope.yaml:2:16").contains("undeclared reference to 'tol'");
        Files.writeString(file, "{extends: reports, tools: [node]}");
        assertThat(shell.run("scope", "check", file.toString())).isEqualTo(2);
        assertThat(shell.errors()).contains("tools would widen the scope reports: node (expected: of python, shell)");
        assertThat(shell.run("scope", "check", "report")).isEqualTo(3);
        assertThat(shell.errors()).contains("did you mean 'reports'?");
        assertThat(shell.run("scope", "check", "./none.yaml")).isEqualTo(3);
    }

    @Test
    void explainNamesTheRuleThatDecidesACall() {
        assertThat(explain("--call", "shell: ls; rm -r /tmp/x")).isEqualTo("""
                        ask by scope.rules[0]: removes things
                          scope.rules[0] matches: ask when args.command.matches("(^|\\\\s)rm\\\\s")
                          scope.rules[1] is about something else: deny when change.path.endsWith(".key")
                          reports.rules[0] is about something else: ask when change.kind == "delete"
                        """);
        assertThat(explain("--call", "shell: [rm, -r, /tmp/x]")).startsWith("ask by scope.rules[0]");
        assertThat(explain("--call", "shell: ls")).startsWith("allow by scope.tools: within 300 s\n");
        assertThat(explain("--call", "python: print(1)")).startsWith("deny by scope.tools: tool python is not");
        assertThat(explain("--call", "{shell: ls, root: true}")).startsWith("deny by scope.root");
        assertThat(explain("--call", "{shell: ls, time: 6m}")).startsWith("deny by scope.limits.time");
    }

    @Test
    void explainNamesTheRuleThatDecidesAChange() {
        assertThat(explain("--change", "{kind: delete, path: a.txt}")).startsWith("ask by reports.rules[0]");
        assertThat(explain("--change", "{kind: modify, path: a.key, mode: '0644'}"))
                .startsWith("deny by scope.rules[1]");
        assertThat(explain("--change", "{kind: modify, path: a.txt}")).startsWith("ask by reports.apply");
        assertThat(explain("--change", "{kind: modify, path: /elsewhere/a.txt}"))
                .startsWith("deny by scope.folders");
    }

    @Test
    void explainRefusesWhatIsNoQuestion() {
        assertThat(shell.run("scope", "explain", file.toString())).isEqualTo(2);
        assertThat(shell.run("scope", "explain", file.toString(), "--call", "shel: ls"))
                .isEqualTo(2);
        assertThat(shell.errors()).contains("--call:1:1").contains("did you mean 'shell'?");
        assertThat(shell.run("scope", "explain", file.toString(), "--change", "{kind: deleted, path: a}"))
                .isEqualTo(2);
        assertThat(shell.errors()).contains("did you mean 'delete'?");
    }

    @Test
    void explainSpeaksJson() throws IOException {
        assertThat(shell.run("scope", "explain", file.toString(), "--call", "shell: rm x", "--output", "json"))
                .isZero();
        JsonNode json = new JsonMapper().readTree(shell.output());
        assertThat(json.path("effect").asText()).isEqualTo("ask");
        assertThat(json.path("rule").asText()).isEqualTo("scope.rules[0]");
        assertThat(json.path("rules")).hasSize(3);
    }

    @Test
    void listShowsThoseThatThereAreAndWhatIsWrong() throws IOException {
        named("narrow", "{extends: reports, tools: [shell]}");
        assertThat(shell.run("scope", "list")).isZero();
        assertThat(shell.output().lines().toList())
                .satisfiesExactly(
                        header -> assertThat(header).startsWith("NAME"),
                        narrow -> assertThat(narrow).startsWith("narrow ").contains("reports"),
                        reports -> assertThat(reports).startsWith("reports ").contains("python, shell"));
        named("broken", "tools: [sell]");
        assertThat(shell.run("scope", "list")).isEqualTo(1);
        assertThat(shell.output()).contains("broken").contains("did you mean 'shell'?");
    }

    @Test
    void schemaIsJsonSchema() throws IOException {
        assertThat(shell.run("scope", "schema")).isZero();
        JsonNode schema = new JsonMapper().readTree(shell.output());
        assertThat(schema.path("$schema").asText()).isEqualTo("https://json-schema.org/draft/2020-12/schema");
        assertThat(schema.path("properties").has("rules")).isTrue();
    }

    private String explain(String option, String value) {
        assertThat(shell.run("scope", "explain", file.toString(), option, value))
                .as(shell.errors())
                .isZero();
        return shell.output();
    }
}
