package dev.mulligan.host;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The word that was probably meant. */
public record Suggestion(Collection<String> words) {
    /** The closest of the words, if few of its letters have to change: one of three, two of four, a third of more. */
    public Optional<String> of(String typed) {
        String lower = typed.toLowerCase(Locale.ROOT);
        return words.stream()
                .filter(word -> distance(lower, word) <= tolerance(word))
                .min(Comparator.comparingInt(word -> distance(lower, word)));
    }

    private static int tolerance(String word) {
        return word.length() < 4 ? 1 : Math.max(2, word.length() / 3);
    }

    /** Levenshtein's: how many letters have to be inserted, removed or replaced. */
    private static int distance(String from, String to) {
        int[] previous = new int[to.length() + 1];
        for (int column = 0; column <= to.length(); column++) {
            previous[column] = column;
        }
        for (int row = 1; row <= from.length(); row++) {
            int[] current = new int[to.length() + 1];
            current[0] = row;
            for (int column = 1; column <= to.length(); column++) {
                int replaced = previous[column - 1] + (from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1);
                current[column] = Math.min(replaced, Math.min(previous[column], current[column - 1]) + 1);
            }
            previous = current;
        }
        return previous[to.length()];
    }
}
