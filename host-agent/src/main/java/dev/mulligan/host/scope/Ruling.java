package dev.mulligan.host.scope;

/**
 * What is to become of something, and the rule that says so.
 *
 * @param rule its name, which is part of the record: {@code scope.rules[2]}, {@code reports.rules[0]}, {@code scope.apply}
 * @param reason for people
 */
public record Ruling(Effect effect, String rule, String reason) {
    /** The stricter of two; if they are equally strict, one of a rule, and this one before the other. */
    public Ruling stricter(Ruling other) {
        boolean speaks = other.effect == effect && isOfAllElse() && !other.isOfAllElse();
        return speaks || other.effect.isStricterThan(effect) ? other : this;
    }

    /** Whether it is about a change of which no rule speaks. */
    public boolean isOfAllElse() {
        return rule.endsWith(Rulebook.APPLY);
    }

    /** {@code scope.rules[2]: removes things}. */
    @Override
    public String toString() {
        return rule + ": " + reason;
    }
}
