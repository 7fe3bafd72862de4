package dev.mulligan.host.scope;

/**
 * Whether a call may run, and the rule that said so. The rule's name is part of the record: {@code scope.tools},
 * {@code scope.root}, {@code scope.limits.time}.
 */
public sealed interface Decision {
    /** The rule that decided. */
    String rule();

    /** As it stands in the record: {@code allow} or {@code deny}. */
    String verdict();

    /** The call may run within these limits. */
    record Allow(String rule, ResolvedLimits limits) implements Decision {
        @Override
        public String verdict() {
            return "allow";
        }
    }

    /** The call may not run; the reason is for people. */
    record Deny(String rule, String reason) implements Decision {
        @Override
        public String verdict() {
            return "deny";
        }
    }
}
