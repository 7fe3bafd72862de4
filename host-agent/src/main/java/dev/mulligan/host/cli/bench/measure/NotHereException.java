package dev.mulligan.host.cli.bench.measure;

/** What a row needs is not on this machine, or not in this host agent: the row is left out, and that is no failure. */
public final class NotHereException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * Says what is missing.
     *
     * @param reason for people
     */
    public NotHereException(String reason) {
        super(reason);
    }
}
