package dev.mulligan.host.scope;

import static dev.mulligan.host.scope.Scopes.change;
import static dev.mulligan.host.scope.Scopes.resolved;
import static dev.mulligan.host.scope.Scopes.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.mulligan.host.TaskId;
import dev.mulligan.host.scope.ChangeFacts.Kind;
import dev.mulligan.host.scope.Consideration.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What rules decide, and what they cannot. */
final class RulesTest {
    private static final String REMOVES = """
            tools: [shell, files]
            folders: [{path: /home/me/Reports, as: /w, access: write}]
            rules:
              - {when: 'tool == "shell" && args.command.matches("(^|\\\\s)(rm|shred|dd)\\\\s")', then: ask, why: removes things}
              - {when: 'change.kind == "delete"', then: ask}
              - {when: 'change.path.endsWith(".key")', then: deny}
            """;

    @Test
    void aCallThatMatchesIsAskedAboutWithAllThatAPersonNeeds() {
        CallFacts call = shell("ls; rm -r /tmp/x");
        assertThat(resolved(REMOVES).decide(call))
                .asInstanceOf(type(Decision.Ask.class))
                .satisfies(ask -> {
                    assertThat(ask.rule()).isEqualTo("scope.rules[0]");
                    assertThat(ask.reason()).isEqualTo("removes things");
                    assertThat(ask.verdict()).isEqualTo("ask");
                    assertThat(ask.limits().time()).isEqualTo(Duration.ofMinutes(10));
                    assertThat(ask.call()).isEqualTo(call);
                    assertThat(ask.call().arguments().toJson()).isEqualTo("{\"command\":\"ls; rm -r /tmp/x\"}");
                });
    }

    /** A rule about commands cannot be evaded by leaving the shell out. */
    @Test
    void aProgramWithoutAShellIsSeenAsACommandToo() {
        CallFacts call = new CallFacts(
                Tool.SHELL, false, Optional.empty(), CallArguments.program(List.of("rm", "-r", "/tmp/x")));
        assertThat(resolved(REMOVES).decide(call)).isInstanceOf(Decision.Ask.class);
    }

    @Test
    void whatNoRuleMatchesIsAllowedByTheTools() {
        assertThat(resolved(REMOVES).decide(shell("ls")))
                .asInstanceOf(type(Decision.Allow.class))
                .returns("scope.tools", Decision::rule);
        // Fields that a call does not have are empty, and no rule fails for want of one.
        CallFacts read = new CallFacts(Tool.FILES, false, Optional.empty(), CallArguments.read("/etc/passwd"));
        assertThat(resolved(REMOVES).decide(read)).isInstanceOf(Decision.Allow.class);
    }

    @Test
    void theFirstThatMatchesDecides() {
        ResolvedScope scope = resolved("""
                tools: [shell]
                rules:
                  - {when: 'args.command == "rm x"', then: allow}
                  - {when: 'args.command.startsWith("rm ")', then: deny}
                  - {when: 'true', then: ask}
                """);
        assertThat(scope.decide(shell("rm x"))).returns("scope.rules[0]", Decision::rule);
        assertThat(scope.decide(shell("rm y"))).returns("scope.rules[1]", Decision::rule);
        assertThat(scope.decide(shell("ls"))).returns("scope.rules[2]", Decision::rule);
        List<Consideration> considered = new ArrayList<>();
        assertThat(scope.decide(shell("rm y"), considered)).isEqualTo(scope.decide(shell("rm y")));
        assertThat(considered)
                .extracting(Consideration::outcome)
                .containsExactly(Outcome.DOES_NOT_MATCH, Outcome.MATCHES, Outcome.NOT_REACHED);
    }

    @Test
    void noRuleAllowsWhatToolsRootAndLimitsDoNot() {
        ResolvedScope scope = resolved("{tools: [shell], limits: {time: 5s}, rules: [{when: 'true', then: allow}]}");
        assertThat(scope.decide(new CallFacts(Tool.PYTHON, false, Optional.empty())))
                .isInstanceOf(Decision.Deny.class)
                .returns("scope.tools", Decision::rule);
        assertThat(scope.decide(new CallFacts(Tool.SHELL, true, Optional.empty())))
                .isInstanceOf(Decision.Deny.class)
                .returns("scope.root", Decision::rule);
        assertThat(scope.decide(new CallFacts(Tool.SHELL, false, Optional.of(Duration.ofSeconds(6)))))
                .isInstanceOf(Decision.Deny.class)
                .returns("scope.limits.time", Decision::rule);
    }

    @Test
    void aToolThatIsNotNamedMayBeAskedAboutButNotAllowedByARule() {
        CallFacts call = new CallFacts(Tool.PYTHON, false, Optional.empty(), CallArguments.code("1", List.of(), "a"));
        assertThat(resolved("{tools: [shell], default: ask, rules: [{when: 'true', then: allow}]}")
                        .decide(call))
                .asInstanceOf(type(Decision.Ask.class))
                .returns("scope.default", Decision::rule);
        assertThat(resolved("{tools: [shell], default: ask, rules: [{when: 'tool == \"python\"', then: deny}]}")
                        .decide(call))
                .isInstanceOf(Decision.Deny.class);
        assertThat(resolved("{tools: [shell], default: ask}")
                        .decide(new CallFacts(Tool.PYTHON, true, Optional.empty())))
                .isInstanceOf(Decision.Deny.class)
                .returns("scope.root", Decision::rule);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "args.arguments[7] == \"x\"",
                "\"ab\".size() / args.arguments.size() > 1",
                "args.code.matches(args.command)"
            })
    void aRuleThatCannotBeAnsweredDenies(String condition) {
        ResolvedScope scope = resolved("{tools: [shell], rules: [{when: '" + condition + "', then: allow}]}");
        assertThat(scope.decide(shell("(")))
                .asInstanceOf(type(Decision.Deny.class))
                .returns("scope.rules[0]", Decision::rule)
                .satisfies(deny -> assertThat(deny.reason()).contains("cannot be answered"));
    }

    @Test
    void aRuleThatRunsAwayDeniesAndSaysSo() {
        ResolvedScope scope = resolved("""
                tools: [shell]
                rules:
                  - when: 'args.arguments.exists(a, args.arguments.exists(b, a + b == "never"))'
                    then: allow
                """);
        CallFacts call = new CallFacts(
                Tool.SHELL, false, Optional.empty(), CallArguments.program(java.util.Collections.nCopies(10_000, "a")));
        assertThat(scope.decide(call))
                .asInstanceOf(type(Decision.Deny.class))
                .returns("scope.rules[0]", Decision::rule)
                .satisfies(deny -> assertThat(deny.reason()).contains("costs more than the limit"));
    }

    @Test
    void rulesAboutChangesAreAskedAboutChanges() {
        ResolvedScope scope = resolved(REMOVES);
        assertThat(scope.decide(change(Kind.DELETE, "a.txt")))
                .returns(Effect.ASK, Ruling::effect)
                .returns("scope.rules[1]", Ruling::rule);
        assertThat(scope.decide(change(Kind.MODIFY, "a.key")))
                .returns(Effect.DENY, Ruling::effect)
                .returns("scope.rules[2]", Ruling::rule);
        assertThat(scope.decide(change(Kind.MODIFY, "a.txt")))
                .returns(Effect.ASK, Ruling::effect)
                .returns("scope.apply", Ruling::rule);
    }

    @Test
    void applySaysWhatBecomesOfAChangeThatNoRuleMatches() {
        String folder = "folders: [{path: /home/me/Reports, as: /w, access: write}]\n";
        assertThat(resolved(folder + "apply: auto").decide(change(Kind.CREATE, "a")))
                .returns(Effect.ALLOW, Ruling::effect)
                .returns("scope.apply", Ruling::rule);
        assertThat(resolved(folder + "rules: [{when: 'change.path.endsWith(\"/a\")', then: allow}]")
                        .decide(change(Kind.CREATE, "a")))
                .returns(Effect.ALLOW, Ruling::effect);
        // Never is never.
        assertThat(resolved(folder + "apply: never\nrules: [{when: 'true', then: allow}]")
                        .decide(change(Kind.CREATE, "a")))
                .returns(Effect.DENY, Ruling::effect)
                .returns("scope.apply", Ruling::rule);
    }

    /** Else a rule about a new directory would pass for what is said of all else, and that comes along. */
    @Test
    void aRuleThatSpeaksCountsBeforeWhatIsAsStrictAboutAllElse() {
        String folder = "folders: [{path: /home/me/Reports, as: /w, access: write}]\n";
        ResolvedScope silent = resolved(folder + "apply: ask");
        ResolvedScope speaks = resolved(folder + "rules: [{when: 'change.kind == \"create\"', then: ask}]")
                .handedOnBy(new TaskId("giver"));
        assertThat(silent.narrow(speaks).decide(change(Kind.CREATE, "new")))
                .returns("task:giver.rules[0]", Ruling::rule)
                .returns(false, Ruling::isOfAllElse);
        assertThat(silent.narrow(speaks).decide(change(Kind.MODIFY, "old")))
                .returns("scope.apply", Ruling::rule)
                .returns(true, Ruling::isOfAllElse);
    }

    @Test
    void noRuleAllowsAChangeWhereTheScopeGrantsNoFolderToWriteIn() {
        String allow = "rules: [{when: 'true', then: allow}]\napply: auto\n";
        for (String folders : List.of(
                "", "folders: [{path: ~/Reports, as: /w}]", "folders: [{path: ~/Report, as: /w, access: write}]")) {
            assertThat(resolved(allow + folders).decide(change(Kind.CREATE, "a")))
                    .returns(Effect.DENY, Ruling::effect)
                    .returns("scope.folders", Ruling::rule);
        }
        ChangeFacts fromElsewhere =
                new ChangeFacts(Kind.RENAME, "/home/me/Reports/a", "/home/me/Other/a", ChangeFacts.Type.FILE, 1, 0644);
        assertThat(resolved(allow + "folders: [{path: ~/Reports, as: /w, access: write}]")
                        .decide(fromElsewhere))
                .returns("scope.folders", Ruling::rule);
    }

    @Test
    void everyFieldOfAChangeCanBeAskedAbout() {
        ResolvedScope scope = resolved("""
                folders: [{path: /home/me/Reports, as: /w, access: write}]
                apply: auto
                rules:
                  - when: >
                      change.kind == "rename" && change.from.endsWith("/old") && change.path == "/home/me/Reports/new"
                      && change.type == "link" && change.size > 5 && change.mode == 420
                    then: deny
                """);
        ChangeFacts change = new ChangeFacts(
                Kind.RENAME, "/home/me/Reports/new", "/home/me/Reports/old", ChangeFacts.Type.LINK, 6, 0644);
        assertThat(scope.decide(change)).returns("scope.rules[0]", Ruling::rule);
    }
}
