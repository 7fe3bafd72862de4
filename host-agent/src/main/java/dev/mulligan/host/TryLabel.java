package dev.mulligan.host;

/** The label of a try's candidates, sandboxes and tasks; its value names the try. */
public final class TryLabel {
    public static final String KEY = "mulligan.try";

    private TryLabel() {}
}
