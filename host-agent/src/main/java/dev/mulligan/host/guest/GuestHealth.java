package dev.mulligan.host.guest;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * How a guest is, in its own words: for people and tests, never for decisions.
 *
 * @param clockOffset by how much its clock was off at the last resynchronisation, host minus guest
 */
public record GuestHealth(
        String version,
        String bootId,
        String kernel,
        String operatingSystem,
        Set<String> capabilities,
        Map<String, String> tools,
        Duration clockOffset,
        long memoryAvailableBytes,
        long diskAvailableBytes) {
    public GuestHealth {
        capabilities = Set.copyOf(capabilities);
        tools = Map.copyOf(tools);
    }
}
