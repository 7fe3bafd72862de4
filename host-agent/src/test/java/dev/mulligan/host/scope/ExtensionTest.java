package dev.mulligan.host.scope;

import static dev.mulligan.host.scope.Scopes.change;
import static dev.mulligan.host.scope.Scopes.resolved;
import static dev.mulligan.host.scope.Scopes.scope;
import static dev.mulligan.host.scope.Scopes.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.scope.ChangeFacts.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A scope that extends a named one may only narrow it. */
final class ExtensionTest {
    private static final ScopeName REPORTS = new ScopeName("reports");
    private static final Scope BASE = scope("""
            tools: [python, shell]
            folders:
              - {path: ~/Reports, as: /w, access: write, excludes: ["*.key"]}
              - {path: ~/Data, as: /data}
            limits: {time: 5m, memory: 512Mi, cpus: 1, disk: 2Gi, output: 1Mi, processes: 64}
            rules:
              - {when: 'args.command.startsWith("rm ")', then: ask, why: removes things}
              - {when: 'change.path.endsWith(".md")', then: allow}
            apply: ask
            record: full
            """);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tools: [shell, files] | tools | shell, files | of python, shell",
                "root: true | root | true | false",
                "limits: {time: 6m} | limits.time | PT6M | at most PT5M",
                "limits: {memory: 1Gi} | limits.memory | 1Gi | at most 512Mi",
                "limits: {cpus: 1.5} | limits.cpus | 1500 | at most 1000",
                "limits: {disk: 3Gi} | limits.disk | 3Gi | at most 2Gi",
                "limits: {output: 2Mi} | limits.output | 2Mi | at most 1Mi",
                "limits: {processes: 65} | limits.processes | 65 | at most 64",
                "'folders: [{path: ~/Data, as: /d, access: write}]' | folders | /home/me/Data (write) | in /home/me/Reports",
                "'folders: [{path: ~/Reports2, as: /d}]' | folders | /home/me/Reports2 (read) | in /home/me/Reports",
                "'folders: [{path: ~, as: /d}]' | folders | /home/me (read) | in /home/me/Reports",
                // Its excludes are about the whole of it.
                "'folders: [{path: ~/Reports/a, as: /d}]' | folders | /home/me/Reports/a (read) | in /home/me/Reports",
                "apply: auto | apply | auto | ask or stricter",
                "default: ask | default | ask | deny",
                "record: digests | record | digests | full"
            })
    void whatWouldWidenIsNamedWithBothValues(String yaml, String field, String mine, String theirs) {
        Scope own = scope("extends: reports\n" + yaml.replaceAll("^'|'$", ""));
        assertThatThrownBy(() -> own.extending(REPORTS, BASE))
                .asInstanceOf(type(HostException.class))
                .returns(HostErrorCode.BAD_SCOPE, HostException::code)
                .returns(mine, HostException::value)
                .satisfies(bad -> {
                    assertThat(bad.getMessage()).startsWith(field + " would widen the scope reports");
                    assertThat(bad.expected()).startsWith(theirs);
                });
    }

    @Test
    void aDefaultIsABoundToo() {
        Scope plain = scope("tools: [shell]");
        assertThatThrownBy(
                        () -> scope("{extends: reports, limits: {time: 11m}}").extending(REPORTS, plain))
                .hasMessageContaining("at most PT10M, the default");
        assertThatThrownBy(() ->
                        scope("{extends: reports, limits: {output: 65Mi}}").extending(REPORTS, plain))
                .hasMessageContaining("at most 64Mi, the default");
        assertThatThrownBy(() ->
                        scope("{extends: reports, limits: {processes: 257}}").extending(REPORTS, plain))
                .hasMessageContaining("at most 256, the default");
    }

    @Test
    void whatIsLeftOutIsAsThereButForRoot() {
        Scope base = scope("{tools: [shell], root: true, default: ask, limits: {processes: 7}}");
        Scope own = scope("extends: reports").extending(REPORTS, base);
        assertThat(own.tools()).containsExactly(Tool.SHELL);
        assertThat(own.root()).isFalse();
        assertThat(own.limits().processes()).hasValue(7);
        assertThat(own.fallback()).contains(Effect.ASK);
        Scope all = scope("extends: reports").extending(REPORTS, BASE);
        assertThat(all.folders()).isEqualTo(BASE.folders());
        assertThat(all.recording()).contains(Recording.FULL);
        assertThat(resolved(all).decide(change(Kind.MODIFY, "a.md"))).returns("reports.rules[1]", Ruling::rule);
        assertThat(resolved(all).decide(change(Kind.MODIFY, "a.txt")))
                .returns("reports.apply", Ruling::rule)
                .returns(Effect.ASK, Ruling::effect);
    }

    @Test
    void whatNarrowsIsTaken() {
        Scope own = scope("""
                extends: reports
                tools: [shell]
                folders: [{path: ~/Reports, as: /mine, excludes: ["*.log"]}, {path: ~/Data/part, as: /part}]
                limits: {time: 1m, cpus: 0.5}
                apply: never
                """).extending(REPORTS, BASE);
        assertThat(own.tools()).containsExactly(Tool.SHELL);
        assertThat(own.limits().cpuMillis()).hasValue(500);
        assertThat(own.limits().processes()).hasValue(64);
        assertThat(own.folders())
                .containsExactly(
                        new Folder("/home/me/Reports", "/mine", Access.READ, List.of("*.log", "*.key")),
                        new Folder("/home/me/Data/part", "/part", Access.READ, List.of()));
        assertThat(own.apply()).contains(ApplyMode.NEVER);
    }

    @Test
    void rulesOfBothAreAskedAndTheStricterCounts() {
        Scope own = scope("""
                extends: reports
                rules:
                  - {when: 'true', then: allow, why: mine}
                """).extending(REPORTS, BASE);
        assertThat(resolved(own).decide(shell("rm x")))
                .isInstanceOf(Decision.Ask.class)
                .returns("reports.rules[0]", Decision::rule);
        assertThat(resolved(own).decide(shell("ls"))).returns("scope.rules[0]", Decision::rule);
        assertThat(resolved(own).decide(change(Kind.MODIFY, "a.txt"))).returns(Effect.ASK, Ruling::effect);
        Scope deny = scope("{extends: reports, rules: [{when: 'tool == \"shell\"', then: deny}]}")
                .extending(REPORTS, BASE);
        assertThat(resolved(deny).decide(shell("rm x"))).returns("scope.rules[0]", Decision::rule);
    }

    @Test
    void extendingTwiceKeepsAllRules() {
        Scope middle = scope("{extends: reports, rules: [{when: 'args.command == \"x\"', then: deny}]}")
                .extending(REPORTS, BASE);
        Scope own = scope("extends: middle").extending(new ScopeName("middle"), middle);
        assertThat(resolved(own).decide(shell("x"))).returns("middle.rules[0]", Decision::rule);
        assertThat(resolved(own).decide(shell("rm y"))).returns("reports.rules[0]", Decision::rule);
        assertThat(own.extending(new ScopeName("middle"), middle)).isEqualTo(own);
    }
}
