package dev.mulligan.host.scope;

import java.util.List;

/**
 * The scope of a task that was handed on.
 *
 * @param scope all that it may, nothing left out
 * @param withheld what it asked for and did not get, for people: {@code tools python}, {@code limits.time PT1H, gets PT30S}
 */
public record HandedOn(Scope scope, List<String> withheld) {
    public HandedOn {
        withheld = List.copyOf(withheld);
    }
}
