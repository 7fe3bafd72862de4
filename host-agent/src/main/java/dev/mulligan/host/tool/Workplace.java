package dev.mulligan.host.tool;

import dev.mulligan.host.guest.Guest;
import dev.mulligan.host.guest.Guest.OutputListener;
import dev.mulligan.host.scope.ResolvedLimits;
import java.util.Map;

/**
 * Where and within which bounds a call is carried out.
 *
 * @param environment added to that of every program
 * @param output receives what the call prints; it may block, and may throw to end the call
 */
public record Workplace(Guest guest, Map<String, String> environment, ResolvedLimits limits, OutputListener output) {
    public Workplace {
        environment = Map.copyOf(environment);
    }
}
