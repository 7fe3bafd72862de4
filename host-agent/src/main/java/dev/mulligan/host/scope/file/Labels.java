package dev.mulligan.host.scope.file;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Shapes of enums: their values by the words that people write. */
final class Labels {
    private Labels() {}

    static <E extends Enum<E>> Shape<E> of(String what, E[] values, Function<E, String> label) {
        Map<String, E> meanings = new LinkedHashMap<>();
        Arrays.stream(values).forEach(value -> meanings.put(label.apply(value), value));
        return new Shapes.Words<>(what, List.copyOf(meanings.keySet()), meanings);
    }
}
