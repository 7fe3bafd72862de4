package dev.mulligan.guest;

import java.nio.file.Path;
import java.util.List;

/** What the command line asks for. */
sealed interface Options {
    String USAGE = "mulligan-guest-agent: %s (expected: --device PATH, --listen-unix PATH or --rehearse)";

    /** Serve a virtio-serial port. */
    record Device(Path path) implements Options {}

    /** Serve a unix socket in its place. */
    record Unix(Path path) implements Options {}

    /** Call yourself once and end: shows that everything is there, and trains the AOT cache. */
    record Rehearse() implements Options {}

    static Options parse(List<String> arguments) {
        String mode = arguments.isEmpty() ? "" : arguments.getFirst();
        if (arguments.size() == 2 && mode.equals("--device")) {
            return new Device(Path.of(arguments.get(1)));
        }
        if (arguments.size() == 2 && mode.equals("--listen-unix")) {
            return new Unix(Path.of(arguments.get(1)));
        }
        if (arguments.size() == 1 && mode.equals("--rehearse")) {
            return new Rehearse();
        }
        throw new IllegalArgumentException(USAGE.formatted(arguments));
    }
}
