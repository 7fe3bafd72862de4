package dev.mulligan.host.cli.bench.measure;

/** How a row ended. */
public sealed interface Outcome {
    /** Of the row, as in {@code --only}. */
    String id();

    /** Where the clock starts and stops; for people. */
    String boundary();

    /**
     * It came to its end.
     *
     * @param pool how the host agent's pool was, as it was asked to be
     */
    record Measured(String id, String boundary, String pool, Measurement measurement) implements Outcome {}

    /** Ours failed, or was not what it claims to be. */
    record Failed(String id, String boundary, String reason) implements Outcome {}

    /** Not measured, because what it needs is not there. */
    record LeftOut(String id, String boundary, String reason) implements Outcome {}
}
