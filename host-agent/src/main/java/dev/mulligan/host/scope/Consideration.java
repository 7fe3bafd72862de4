package dev.mulligan.host.scope;

/**
 * What came of one rule while something was decided.
 *
 * @param name of the rule: {@code scope.rules[2]}
 */
public record Consideration(String name, Rule rule, Outcome outcome) {
    /** How a rule fared. */
    public enum Outcome {
        MATCHES("matches"),
        /** Its condition could not be answered, and so it denies. */
        FAILED("cannot be answered"),
        DOES_NOT_MATCH("does not match"),
        OTHER_PHASE("is about something else"),
        NOT_REACHED("is not reached");

        private final String words;

        Outcome(String words) {
            this.words = words;
        }

        /** For people. */
        public String words() {
            return words;
        }
    }
}
