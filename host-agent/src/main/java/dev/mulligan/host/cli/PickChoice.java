package dev.mulligan.host.cli;

/** Who chooses the candidate that stays. */
sealed interface PickChoice {
    /** The highest score. */
    record Best() implements PickChoice {}

    /** A person, at the terminal. */
    record Ask() implements PickChoice {}

    /** This one, whatever comes out. */
    record Numbered(int number) implements PickChoice {}

    /** Nobody: all stay. */
    record Keep() implements PickChoice {}

    /** As it is typed; IllegalArgumentException for anything else. */
    static PickChoice parse(String text) {
        return switch (text) {
            case "best" -> new Best();
            case "ask" -> new Ask();
            default -> {
                try {
                    yield new Numbered(Integer.parseInt(text));
                } catch (NumberFormatException words) {
                    throw new IllegalArgumentException("'" + text + "' (expected: best, ask, or a number)", words);
                }
            }
        };
    }
}
