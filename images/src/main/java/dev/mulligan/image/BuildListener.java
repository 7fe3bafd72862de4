package dev.mulligan.image;

/**
 * Hears what a build has to say. Called by one thread at a time, not always the same one; while it is called, the
 * build waits.
 */
@FunctionalInterface
public interface BuildListener {

    /** For callers who only want the image. */
    BuildListener SILENT = event -> {};

    void accept(BuildEvent event);
}
