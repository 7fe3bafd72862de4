package dev.mulligan.guest;

import dev.mulligan.guest.transport.Port;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What the command line asks for. */
sealed interface Options {
    String USAGE = "mulligan-guest-agent: %s (expected: --device PATH, --listen-unix PATH or --rehearse PATH)";

    /**
     * Does it. A method and not a switch over the types: what the compiler makes of such a switch is linked at run time,
     * half a second in an emulated guest.
     */
    void perform() throws IOException, InterruptedException;

    /** Serve a virtio-serial port. */
    record Device(Path path) implements Options {
        @Override
        public void perform() throws IOException, InterruptedException {
            Main.serve(Port.device(path));
        }
    }

    /** Serve a unix socket in its place. */
    record Unix(Path path) implements Options {
        @Override
        public void perform() throws IOException, InterruptedException {
            Main.serve(Port.unix(path));
        }
    }

    /** Be the host of a guest agent that listens there, once through its calls. */
    record Rehearse(Path path) implements Options {
        @Override
        public void perform() throws InterruptedException {
            Rehearsal.run(path);
        }
    }

    static Options parse(List<String> arguments) {
        String mode = arguments.isEmpty() ? "" : arguments.getFirst();
        if (arguments.size() == 2 && mode.equals("--device")) {
            return new Device(Path.of(arguments.get(1)));
        }
        if (arguments.size() == 2 && mode.equals("--listen-unix")) {
            return new Unix(Path.of(arguments.get(1)));
        }
        if (arguments.size() == 2 && mode.equals("--rehearse")) {
            return new Rehearse(Path.of(arguments.get(1)));
        }
        throw new IllegalArgumentException(USAGE.formatted(arguments));
    }
}
