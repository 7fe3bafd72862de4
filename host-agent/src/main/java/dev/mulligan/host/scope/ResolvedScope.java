package dev.mulligan.host.scope;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a task may do in the sandbox that it got: the value that decides. It can be narrowed, never widened.
 */
public record ResolvedScope(Set<Tool> tools, boolean root, ResolvedLimits limits) {
    private static final String TOOLS = "scope.tools";
    private static final String ROOT = "scope.root";
    private static final String TIME = "scope.limits.time";

    public ResolvedScope {
        EnumSet<Tool> ordered = EnumSet.noneOf(Tool.class);
        ordered.addAll(tools);
        tools = Collections.unmodifiableSet(ordered);
    }

    /** Decides about one call. Anything that no rule allows is denied. */
    public Decision decide(CallFacts call) {
        if (!tools.contains(call.tool())) {
            return new Decision.Deny(
                    TOOLS, "tool " + call.tool().label() + " is not in the scope (it allows: " + toolLabels() + ")");
        }
        if (call.root() && !root) {
            return new Decision.Deny(ROOT, "the call asks for root and the scope does not grant it");
        }
        Duration time = call.time().orElse(limits.time());
        if (time.isNegative() || time.isZero()) {
            return new Decision.Deny(TIME, "the call asks for " + time + ", which is no time at all");
        }
        if (time.compareTo(limits.time()) > 0) {
            return new Decision.Deny(TIME, "the call asks for " + time + ", the scope allows " + limits.time());
        }
        return new Decision.Allow(
                TOOLS,
                new ResolvedLimits(
                        // A call may ask for less than a scope may: the range is for scopes.
                        time.compareTo(Ranges.SHORTEST) < 0 ? Ranges.SHORTEST : time,
                        limits.memory(),
                        limits.cpuMillis(),
                        limits.output(),
                        limits.processes()));
    }

    /** What both allow: the scope of work that is handed on. */
    public ResolvedScope narrow(ResolvedScope other) {
        EnumSet<Tool> both = EnumSet.noneOf(Tool.class);
        both.addAll(tools);
        both.retainAll(other.tools);
        return new ResolvedScope(both, root && other.root, limits.narrow(other.limits));
    }

    private String toolLabels() {
        return tools.isEmpty() ? "none" : tools.stream().map(Tool::label).collect(Collectors.joining(", "));
    }
}
