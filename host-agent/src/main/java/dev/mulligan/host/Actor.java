package dev.mulligan.host;

/**
 * Who asked: {@code local:UID} for the unix socket, {@code token:NAME} over TCP, {@code host} for what the host agent
 * does by itself. Stands in every audit entry.
 */
public record Actor(String name) {
    public static final Actor HOST = new Actor("host");

    @Override
    public String toString() {
        return name;
    }
}
