package dev.mulligan.host.cli;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What a scoring command said about a candidate.
 *
 * @param number the last line of its output that is one; empty if there is none, or the command failed
 * @param output the end of what it printed
 */
record Score(OptionalDouble number, String output) {
    /** Of a command that could not be run to its end. */
    static final Score NONE = new Score(OptionalDouble.empty(), "");

    private static final int KEPT = 1000;

    static Score of(CapturedProgram.Outcome outcome) {
        String printed = outcome.output().toStringUtf8().strip();
        String end = printed.substring(Math.max(0, printed.length() - KEPT));
        return new Score(
                outcome.ended() && outcome.exitCode() == 0
                        ? end.lines()
                                .map(Score::number)
                                .filter(OptionalDouble::isPresent)
                                .reduce(OptionalDouble.empty(), (_, last) -> last)
                        : OptionalDouble.empty(),
                end);
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
