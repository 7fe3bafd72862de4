package dev.mulligan.host.cli;

import com.google.protobuf.ByteString;
import dev.mulligan.host.cli.terminal.Printable;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * What a scoring command said about a candidate.
 *
 * @param number the last line of its output that is one; empty if there is none, or the command failed
 * @param output the end of what it printed on standard output
 * @param errors … and on standard error
 * @param missing why there is no number; empty if there is one
 */
record Score(OptionalDouble number, String output, String errors, String missing) {
    private static final int KEPT = 1000;
    private static final int SHOWN = 10;

    /** Of a command that could not be run to its end. */
    static Score none(String why) {
        return new Score(OptionalDouble.empty(), "", "", why);
    }

    static Score of(CapturedProgram.Outcome outcome) {
        String end = end(outcome.output());
        String errors = end(outcome.errors());
        if (!outcome.ended()) {
            return new Score(OptionalDouble.empty(), end, errors, "its command was stopped before its end");
        }
        if (outcome.exitCode() != 0) {
            return new Score(
                    OptionalDouble.empty(), end, errors, "its command ended with exit code " + outcome.exitCode());
        }
        OptionalDouble number = end.lines()
                .map(Score::number)
                .filter(OptionalDouble::isPresent)
                .reduce(OptionalDouble.empty(), (_, last) -> last);
        return new Score(number, end, errors, number.isPresent() ? "" : "its command printed no line that is a number");
    }

    private static String end(ByteString printed) {
        String text = printed.toStringUtf8().strip();
        return text.substring(Math.max(0, text.length() - KEPT));
    }

    /** The last lines of what it printed, indented, where they are more than the number itself. */
    String lines() {
        boolean only = errors.isEmpty() && number.isPresent() && output.lines().count() <= 1;
        return only ? "" : lines(output) + lines(errors);
    }

    private static String lines(String text) {
        List<String> lines = text.lines().toList();
        return lines.subList(Math.max(0, lines.size() - SHOWN), lines.size()).stream()
                .map(line -> "  " + Printable.of(line) + "\n")
                .collect(Collectors.joining());
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
