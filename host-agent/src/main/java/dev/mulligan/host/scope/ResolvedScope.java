package dev.mulligan.host.scope;

import dev.mulligan.host.TaskId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a task may do in the sandbox that it got: the value that decides. It can be narrowed, never widened.
 *
 * <p>Tools, root, limits and folders are outer bounds: no rule allows what they do not. Inside them the strictest answer
 * of all rulebooks counts.
 *
 * @param rulebooks at least one of them has an opinion about every change
 * @param fallback what becomes of a call whose tool is not named: ask or deny
 */
public record ResolvedScope(
        Set<Tool> tools,
        boolean root,
        List<Folder> folders,
        ResolvedLimits limits,
        List<Rulebook> rulebooks,
        Effect fallback,
        Recording recording) {
    private static final String TOOLS = "scope.tools";
    private static final String DEFAULT = "scope.default";
    private static final String ROOT = "scope.root";
    private static final String TIME = "scope.limits.time";
    private static final String FOLDERS = "scope.folders";

    public ResolvedScope {
        EnumSet<Tool> ordered = EnumSet.noneOf(Tool.class);
        ordered.addAll(tools);
        tools = Collections.unmodifiableSet(ordered);
        folders = List.copyOf(folders);
        rulebooks = List.copyOf(rulebooks);
    }

    /** Decides about one call. Anything that is not allowed is denied, or asked about. */
    public Decision decide(CallFacts call) {
        return decide(call, new ArrayList<>());
    }

    /**
     * The same.
     *
     * @param considered is told what came of each rule; nothing if none was asked
     */
    public Decision decide(CallFacts call, List<Consideration> considered) {
        Duration time = call.time().orElse(limits.time());
        Ruling bounds = bounds(call, time);
        if (bounds.effect() == Effect.DENY) {
            return new Decision.Deny(bounds.rule(), bounds.reason());
        }
        Map<String, Object> facts = Map.of(
                RuleLanguage.TOOL,
                call.tool().label(),
                RuleLanguage.ROOT,
                call.root(),
                RuleLanguage.TIME,
                time,
                RuleLanguage.ARGUMENTS,
                call.arguments().message());
        Ruling ruling = rulebooks.stream()
                .flatMap(book -> book.consider(Phase.CALL, facts, considered).stream())
                .reduce(Ruling::stricter)
                .map(rules -> rules.stricter(bounds))
                .orElse(bounds);
        return switch (ruling.effect()) {
            case ALLOW -> new Decision.Allow(ruling.rule(), within(time));
            case ASK -> new Decision.Ask(ruling.rule(), ruling.reason(), within(time), call);
            case DENY -> new Decision.Deny(ruling.rule(), ruling.reason());
        };
    }

    /** What tools, root and limits say. */
    private Ruling bounds(CallFacts call, Duration time) {
        String unnamed = "tool " + call.tool().label() + " is not in the scope (it allows: " + toolLabels() + ")";
        if (!tools.contains(call.tool()) && fallback == Effect.DENY) {
            return new Ruling(Effect.DENY, TOOLS, unnamed);
        }
        if (call.root() && !root) {
            return new Ruling(Effect.DENY, ROOT, "the call asks for root and the scope does not grant it");
        }
        if (time.isNegative() || time.isZero()) {
            return new Ruling(Effect.DENY, TIME, "the call asks for " + time + ", which is no time at all");
        }
        if (time.compareTo(limits.time()) > 0) {
            return new Ruling(Effect.DENY, TIME, "the call asks for " + time + ", the scope allows " + limits.time());
        }
        return tools.contains(call.tool())
                ? new Ruling(Effect.ALLOW, TOOLS, "tool " + call.tool().label() + " is in the scope")
                : new Ruling(Effect.ASK, DEFAULT, unnamed);
    }

    private ResolvedLimits within(Duration time) {
        // A call may ask for less than a scope may: the range is for scopes.
        return limits.within(time.compareTo(Ranges.SHORTEST) < 0 ? Ranges.SHORTEST : time);
    }

    /** Decides about one change that is to be applied. */
    public Ruling decide(ChangeFacts change) {
        return decide(change, new ArrayList<>());
    }

    /**
     * The same.
     *
     * @param considered is told what came of each rule; nothing if none was asked
     */
    public Ruling decide(ChangeFacts change, List<Consideration> considered) {
        Optional<Ruling> bounds = bounds(change);
        if (bounds.isPresent()) {
            return bounds.get();
        }
        Map<String, Object> facts = Map.of(RuleLanguage.CHANGE, change.message());
        Ruling ruling = rulebooks.stream()
                .flatMap(book -> book
                        .consider(Phase.CHANGE, facts, considered)
                        .or(() -> book.apply().map(apply -> unmatched(book, apply)))
                        .stream())
                .reduce(Ruling::stricter)
                // Cannot be: one of them has an opinion.
                .orElseGet(() -> unmatched(Rulebook.own(List.of(), Optional.empty()), ApplyMode.ASK));
        return GuardedPaths.ruling(change).map(ruling::stricter).orElse(ruling);
    }

    /** What folders and {@code apply: never} say. */
    private Optional<Ruling> bounds(ChangeFacts change) {
        boolean writable = folders.stream()
                .anyMatch(folder -> folder.access() == Access.WRITE
                        && folder.holds(change.path())
                        && (change.from().isEmpty() || folder.holds(change.from())));
        if (!writable) {
            return Optional.of(new Ruling(
                    Effect.DENY, FOLDERS, "the scope grants no folder to write in that holds " + change.path()));
        }
        return rulebooks.stream()
                .filter(book -> book.apply().equals(Optional.of(ApplyMode.NEVER)))
                .findFirst()
                .map(book -> unmatched(book, ApplyMode.NEVER));
    }

    private static Ruling unmatched(Rulebook book, ApplyMode apply) {
        return new Ruling(
                apply.effect(),
                book.applyName(),
                switch (apply) {
                    case AUTO -> "no rule matches, and changes are applied by themselves";
                    case ASK -> "no rule matches, and a person decides about changes";
                    case NEVER -> "changes are not applied";
                });
    }

    /** What both allow: the scope of work that is handed on. */
    public ResolvedScope narrow(ResolvedScope other) {
        EnumSet<Tool> both = EnumSet.noneOf(Tool.class);
        both.addAll(tools);
        both.retainAll(other.tools);
        return new ResolvedScope(
                both,
                root && other.root,
                folders.stream()
                        .flatMap(folder -> other.folders.stream().flatMap(there -> folder.narrow(there).stream()))
                        .toList(),
                limits.narrow(other.limits),
                Rulebook.joined(rulebooks, other.rulebooks),
                fallback.isStricterThan(other.fallback) ? fallback : other.fallback,
                recording.narrow(other.recording));
    }

    /** The same, its own rules under the name of the task that hands it on. */
    public ResolvedScope handedOnBy(TaskId task) {
        return new ResolvedScope(
                tools,
                root,
                folders,
                limits,
                rulebooks.stream().map(book -> book.handedOnBy(task)).toList(),
                fallback,
                recording);
    }

    /**
     * As it is asked for, nothing left out: resolved in the same sandbox it is this one.
     *
     * @param base the named scope that it narrows
     */
    Scope asked(Optional<ScopeName> base) {
        Optional<Rulebook> own = rulebooks.stream().filter(Rulebook::isOwn).findFirst();
        return new Scope(
                base,
                tools,
                root,
                folders,
                limits.asked(),
                own.map(Rulebook::rules).orElse(List.of()),
                own.flatMap(Rulebook::apply),
                Optional.of(fallback),
                Optional.of(recording),
                rulebooks.stream().filter(book -> !book.isOwn()).toList());
    }

    private String toolLabels() {
        return tools.isEmpty() ? "none" : tools.stream().map(Tool::label).collect(Collectors.joining(", "));
    }
}
