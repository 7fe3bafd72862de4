package dev.mulligan.host.cli.bench;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which rows to measure.
 *
 * @param chosen in the order in which they run
 */
public record Selection(List<Chosen> chosen) {
    public Selection {
        chosen = List.copyOf(chosen);
    }

    /** @param named asked for, and not only one of all */
    record Chosen(Row row, boolean named) {}

    /**
     * Reads {@code --only}: an id is that row; anything else is all rows whose id begins so.
     *
     * @param words none: all rows but those on request
     * @throws HostException {@code INVALID_ARGUMENT} with all ids, if nothing begins so
     */
    public static Selection of(Collection<String> words) {
        return of(words, Rows.all());
    }

    static Selection of(Collection<String> words, List<Row> rows) {
        if (words.isEmpty()) {
            return new Selection(rows.stream()
                    .filter(row -> row.when() != Row.When.ON_REQUEST)
                    .map(row -> new Chosen(row, false))
                    .toList());
        }
        Set<Row> named = new LinkedHashSet<>();
        words.forEach(word -> named.addAll(matching(word.strip(), rows)));
        List<Chosen> chosen = new ArrayList<>();
        rows.stream().filter(named::contains).forEach(row -> chosen.add(new Chosen(row, true)));
        return new Selection(chosen);
    }

    private static List<Row> matching(String word, List<Row> rows) {
        List<Row> exact = rows.stream().filter(row -> row.id().equals(word)).toList();
        if (!exact.isEmpty()) {
            return exact;
        }
        List<Row> begun = word.isEmpty()
                ? List.of()
                : rows.stream().filter(row -> row.id().startsWith(word)).toList();
        if (begun.isEmpty()) {
            throw HostException.of(HostErrorCode.INVALID_ARGUMENT, "row")
                    .value(word)
                    .expected("one of, or the beginning of one of: "
                            + rows.stream().map(Row::id).collect(Collectors.joining(", ")))
                    .remedy("correct --only")
                    .build();
        }
        return begun;
    }
}
