package dev.mulligan.host.scope;

import dev.mulligan.vm.DataSize;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says in plain words what a scope allows. */
public final class ScopeSentences {
    private ScopeSentences() {}

    /**
     * One sentence each, the most important first.
     *
     * @param scope whole: what it takes over from others is in it already
     */
    public static List<String> of(Scope scope) {
        List<String> sentences = new ArrayList<>();
        scope.base().ifPresent(base -> sentences.add("It narrows the scope " + base + "."));
        sentences.add(tools(scope));
        sentences.add(
                scope.root()
                        ? "Calls may ask to run as root inside the sandbox."
                        : "No call runs as root inside the sandbox.");
        sentences.add(limits(scope.limits()));
        scope.limits().disk().ifPresent(disk -> sentences.add("The sandbox's disk has at most " + shown(disk) + "."));
        if (scope.folders().isEmpty()) {
            sentences.add("The sandbox sees no folder of the host.");
        }
        scope.folders().forEach(folder -> sentences.add(folder(folder)));
        for (Rulebook book : scope.rulebooks()) {
            for (int index = 0; index < book.rules().size(); index++) {
                sentences.add(rule(book.name(index), book.rules().get(index)));
            }
        }
        if (asks(scope)) {
            sentences.add("Asked, a call waits at most "
                    + shown(scope.limits().patience().orElse(Limits.DEFAULT_PATIENCE))
                    + " for a person, and its sandbox stands still; then the answer is no.");
        }
        if (scope.rulebooks().size() > 1) {
            sentences.add("Where rules of several scopes match, the strictest counts.");
        }
        if (scope.folders().stream().anyMatch(folder -> folder.access() == Access.WRITE)) {
            scope.rulebooks().forEach(book -> book.apply().ifPresent(apply -> sentences.add(apply(book, apply))));
            sentences.add("Asked about changes, a person has "
                    + shown(scope.limits().patience().orElse(Limits.DEFAULT_PATIENCE_FOR_CHANGES))
                    + " to answer; then they stay away from the folder, and 'mulligan apply' still has them.");
        }
        sentences.add(
                scope.recording().orElse(Recording.DIGESTS) == Recording.FULL
                        ? "The record holds the arguments of calls."
                        : "The record holds digests of the arguments of calls, not themselves.");
        return List.copyOf(sentences);
    }

    private static String tools(Scope scope) {
        String others = switch (scope.fallback().orElse(Effect.DENY)) {
            case ASK -> "about any other a person is asked";
            case ALLOW, DENY -> "any other is denied";
        };
        if (scope.tools().isEmpty()) {
            return scope.fallback().orElse(Effect.DENY) == Effect.ASK
                    ? "About every call a person is asked."
                    : "Calls may use no tool at all.";
        }
        return "Calls may use " + scope.tools().stream().map(Tool::label).collect(Collectors.joining(", ")) + "; "
                + others + ".";
    }

    private static boolean asks(Scope scope) {
        return scope.fallback().equals(Optional.of(Effect.ASK))
                || scope.rulebooks().stream()
                        .flatMap(book -> book.rules().stream())
                        .anyMatch(rule -> rule.then() == Effect.ASK);
    }

    private static String limits(Limits limits) {
        return "A call takes at most " + shown(limits.time().orElse(Limits.DEFAULT_TIME)) + ", "
                + limits.memory().map(ScopeSentences::shown).orElse("the sandbox's own") + " of memory, "
                + (limits.cpuMillis().isPresent()
                        ? processors(limits.cpuMillis().getAsInt())
                        : "all processors of the sandbox")
                + " and " + limits.processes().orElse(Limits.DEFAULT_PROCESSES) + " processes, and prints at most "
                + shown(limits.output().orElse(Limits.DEFAULT_OUTPUT)) + ".";
    }

    private static String processors(int millis) {
        String number = BigDecimal.valueOf(millis, 3).stripTrailingZeros().toPlainString();
        return number + (millis == Ranges.CPU_MILLIS_PER_PROCESSOR ? " processor" : " processors");
    }

    private static String folder(Folder folder) {
        String excludes = folder.excludes().isEmpty() ? "" : ", but for " + String.join(", ", folder.excludes());
        return "The sandbox sees " + folder.path() + " as " + folder.as() + excludes
                + switch (folder.access()) {
                    case READ -> ", and cannot write there.";
                    case WRITE -> ", and may write there; what it writes stays in the sandbox until it is applied.";
                };
    }

    private static String rule(String name, Rule rule) {
        String effect = switch (rule.then()) {
            case ALLOW -> "it is allowed";
            case ASK -> "a person is asked";
            case DENY -> "it is denied";
        };
        String subject = rule.when().isAsked(Phase.CALL)
                ? rule.when().isAsked(Phase.CHANGE) ? "Any call or change" : "A call"
                : "A change";
        return subject + " that matches " + name + ", " + rule.when().source().strip() + ": " + effect
                + (rule.why().isEmpty() ? "" : " (" + rule.why() + ")") + ".";
    }

    private static String apply(Rulebook book, ApplyMode apply) {
        return book.applyName() + ": a change that no rule matches is "
                + switch (apply) {
                    case AUTO ->
                        "carried to the host when the task has succeeded; about git's hooks and configuration, and about"
                                + " .mulliganignore, a person is always asked.";
                    case ASK -> "carried to the host when a person says so.";
                    case NEVER -> "never carried to the host, and one that a rule matches neither.";
                };
    }

    private static String shown(DataSize size) {
        return size.toString();
    }

    private static String shown(Duration time) {
        return time.toString().substring(2).toLowerCase(Locale.ROOT);
    }
}
