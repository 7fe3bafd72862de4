package dev.mulligan.host.sandbox;

import java.util.List;
import java.util.Map;

/**
 * What shall come out of a fork.
 *
 * @param count of new sandboxes, 1 to {@value #MOST}
 * @param names of the first of them; the host chooses those of the others
 * @param labels beside those that they inherit, and in their place where both have one
 */
public record ForkRequest(int count, List<String> names, Map<String, String> labels) {
    /** How many may come out of one fork. */
    public static final int MOST = 32;

    public ForkRequest {
        names = List.copyOf(names);
        labels = Map.copyOf(labels);
    }
}
