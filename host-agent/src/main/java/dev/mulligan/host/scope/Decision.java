package dev.mulligan.host.scope;

/**
 * Whether a call may run, and the rule that said so. The rule's name is part of the record: {@code scope.tools},
 * {@code scope.root}, {@code scope.limits.time}, {@code scope.default}, or that of a rule as in {@link Ruling#rule}.
 */
public sealed interface Decision {
    /** The rule that decided. */
    String rule();

    /** Allow, ask or deny. */
    Effect effect();

    /** As it stands in the record: {@code allow}, {@code ask} or {@code deny}. */
    default String verdict() {
        return effect().label();
    }

    /** The call may run within these limits. */
    record Allow(String rule, ResolvedLimits limits) implements Decision {
        @Override
        public Effect effect() {
            return Effect.ALLOW;
        }
    }

    /**
     * A person decides whether the call may run.
     *
     * @param reason why a person is asked
     * @param limits within which it runs if the person allows it
     * @param call all that the person is to be shown
     */
    record Ask(String rule, String reason, ResolvedLimits limits, CallFacts call) implements Decision {
        @Override
        public Effect effect() {
            return Effect.ASK;
        }
    }

    /** The call may not run; the reason is for people. */
    record Deny(String rule, String reason) implements Decision {
        @Override
        public Effect effect() {
            return Effect.DENY;
        }
    }
}
