package dev.mulligan.image;

import static java.util.Objects.requireNonNull;

/** Something that a build has to say while it runs. */
public sealed interface BuildEvent {

    /**
     * How far the build has come. The fraction never goes back.
     *
     * @param phase "root file system", "kernel", "disk", …
     * @param fraction of the whole build, 0 to 1
     * @param message what is being done, for people; may be empty
     */
    record Progress(String phase, double fraction, String message) implements BuildEvent {

        public Progress {
            requireNonNull(phase, "phase");
            requireNonNull(message, "message");
            if (!(fraction >= 0 && fraction <= 1)) {
                throw new IllegalArgumentException("fraction: " + fraction + " (expected: 0 to 1)");
            }
        }
    }

    /**
     * A line that a step printed.
     *
     * @param line without its line end, at most 4096 characters
     */
    record Log(String line) implements BuildEvent {

        public Log {
            requireNonNull(line, "line");
        }
    }
}
