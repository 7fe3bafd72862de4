package dev.mulligan.host.cli.bench.measure;

/**
 * Somebody else's way to the same end, measured in turn with ours.
 *
 * @param name of the peer and what it does
 */
public record Peer(String name, Timed operation) {}
