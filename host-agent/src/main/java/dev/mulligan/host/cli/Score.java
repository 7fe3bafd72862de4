package dev.mulligan.host.cli;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What a scoring command said about a candidate.
 *
 * @param number the last line of its output that is one; empty if there is none, or the command failed
 * @param output the end of what it printed
 * @param missing why there is no number; empty if there is one
 */
record Score(OptionalDouble number, String output, String missing) {
    private static final int KEPT = 1000;

    /** Of a command that could not be run to its end. */
    static Score none(String why) {
        return new Score(OptionalDouble.empty(), "", why);
    }

    static Score of(CapturedProgram.Outcome outcome) {
        String printed = outcome.output().toStringUtf8().strip();
        String end = printed.substring(Math.max(0, printed.length() - KEPT));
        if (!outcome.ended()) {
            return new Score(OptionalDouble.empty(), end, "its command was stopped before its end");
        }
        if (outcome.exitCode() != 0) {
            return new Score(OptionalDouble.empty(), end, "its command ended with exit code " + outcome.exitCode());
        }
        OptionalDouble number = end.lines()
                .map(Score::number)
                .filter(OptionalDouble::isPresent)
                .reduce(OptionalDouble.empty(), (_, last) -> last);
        return new Score(number, end, number.isPresent() ? "" : "its command printed no line that is a number");
    }

    private static OptionalDouble number(String line) {
        try {
            double number = Double.parseDouble(line.strip());
            return Double.isFinite(number) ? OptionalDouble.of(number) : OptionalDouble.empty();
        } catch (NumberFormatException words) {
            return OptionalDouble.empty();
        }
    }

    @Override
    public String toString() {
        return number.isPresent() ? text(number.getAsDouble()) : "none";
    }

    private static String text(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e15
                ? String.format(Locale.ROOT, "%.0f", number)
                : Double.toString(number);
    }
}
