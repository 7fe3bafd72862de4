package dev.mulligan.host.guest;

import java.util.Map;
import java.util.Set;

/** How a guest is, in its own words: for people and tests, never for decisions. */
public record GuestHealth(
        String version,
        String bootId,
        String kernel,
        String operatingSystem,
        Set<String> capabilities,
        Map<String, String> tools,
        long memoryAvailableBytes,
        long diskAvailableBytes) {
    public GuestHealth {
        capabilities = Set.copyOf(capabilities);
        tools = Map.copyOf(tools);
    }
}
