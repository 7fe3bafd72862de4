package dev.mulligan.guest;

import dev.mulligan.guest.transport.Port;
import java.io.IOException;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The program: {@code --device PATH}, {@code --listen-unix PATH} or {@code --rehearse PATH}. */
public final class Main {
    /** Held here, or Java would forget what we set. */
    private static final Logger TRANSPORT = Logger.getLogger("io.grpc.okhttp");

    private Main() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Options options;
        try {
            options = Options.parse(List.of(arguments));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        Journal.install(System.err);
        // A host that breaks off in mid-frame is no event to write a stack trace about.
        TRANSPORT.setLevel(Level.SEVERE);
        options.perform();
    }

    static void serve(Port port) throws IOException, InterruptedException {
        try (GuestAgent agent = GuestAgent.start(port)) {
            System.err.println("mulligan-guest-agent: ready");
            agent.awaitTermination();
        }
    }
}
