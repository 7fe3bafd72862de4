package dev.mulligan.host.scope;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.scope.Consideration.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Rules that were written together: the first that matches decides.
 *
 * @param origin the name of their scope, or {@code scope}, or {@code task:ID} where they are a task's own that handed its
 *     scope on; begins the names of the rules
 * @param rules at most 64
 * @param apply what becomes of a change that none of them matches; empty: it has no opinion
 */
public record Rulebook(String origin, List<Rule> rules, Optional<ApplyMode> apply) {
    /** Rules of one scope. */
    public static final int MOST_RULES = 64;

    /** Ends the name of what is said of a change that no rule matches. */
    static final String APPLY = ".apply";

    private static final String TASK = "task:";

    public Rulebook {
        if (origin.startsWith(TASK)) {
            origin = TASK + new TaskId(origin.substring(TASK.length()));
        } else if (!origin.equals(ScopeName.OWN)) {
            origin = new ScopeName(origin).value();
        }
        rules = List.copyOf(rules);
        if (rules.size() > MOST_RULES) {
            throw HostException.of(HostErrorCode.BAD_SCOPE, "number of rules")
                    .value(rules.size())
                    .expected("at most " + MOST_RULES)
                    .remedy("join conditions with ||")
                    .build();
        }
    }

    /** Those of a scope that has no name. */
    static Rulebook own(List<Rule> rules, Optional<ApplyMode> apply) {
        return new Rulebook(ScopeName.OWN, rules, apply);
    }

    boolean isOwn() {
        return origin.equals(ScopeName.OWN);
    }

    /** The same rules, as those of that task if they have no name yet. */
    Rulebook handedOnBy(TaskId task) {
        return isOwn() ? new Rulebook(TASK + task, rules, apply) : this;
    }

    /** All of both, but for what a task handed on and one of them says already: tasks that ask for the same add nothing. */
    static List<Rulebook> joined(List<Rulebook> books, List<Rulebook> more) {
        Set<Rulebook> all = new LinkedHashSet<>(books);
        for (Rulebook book : more) {
            if (!book.origin.startsWith(TASK) || all.stream().noneMatch(book::saysTheSame)) {
                all.add(book);
            }
        }
        return List.copyOf(all);
    }

    private boolean saysTheSame(Rulebook other) {
        return rules.equals(other.rules) && apply.equals(other.apply);
    }

    /** The name of a rule. */
    public String name(int index) {
        return origin + ".rules[" + index + "]";
    }

    String applyName() {
        return origin + APPLY;
    }

    /** Says nothing about anything. */
    boolean isEmpty() {
        return rules.isEmpty() && apply.isEmpty();
    }

    /** The first rule that matches, or whose condition cannot be answered, which denies; empty: none. */
    Optional<Ruling> ruling(Phase phase, Map<String, ?> facts) {
        return consider(phase, facts, new ArrayList<>());
    }

    /** The same, and what came of each rule on the way. */
    Optional<Ruling> consider(Phase phase, Map<String, ?> facts, List<Consideration> considered) {
        Optional<Ruling> ruling = Optional.empty();
        for (int index = 0; index < rules.size(); index++) {
            Rule rule = rules.get(index);
            Outcome outcome;
            if (!rule.when().isAsked(phase)) {
                outcome = Outcome.OTHER_PHASE;
            } else if (ruling.isPresent()) {
                outcome = Outcome.NOT_REACHED;
            } else {
                switch (rule.when().test(facts)) {
                    case Condition.Answer.Failed failed -> {
                        outcome = Outcome.FAILED;
                        ruling = Optional.of(new Ruling(Effect.DENY, name(index), failed.reason()));
                    }
                    case Condition.Answer.Known known
                    when known.applies() -> {
                        outcome = Outcome.MATCHES;
                        ruling = Optional.of(new Ruling(rule.then(), name(index), reason(rule)));
                    }
                    case Condition.Answer.Known ignored -> outcome = Outcome.DOES_NOT_MATCH;
                }
            }
            considered.add(new Consideration(name(index), rule, outcome));
        }
        return ruling;
    }

    private static String reason(Rule rule) {
        return rule.why().isEmpty() ? "because of " + rule.when().source() : rule.why();
    }
}
