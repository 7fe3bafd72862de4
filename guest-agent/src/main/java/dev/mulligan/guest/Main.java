package dev.mulligan.guest;

import dev.mulligan.guest.transport.Port;
import java.io.IOException;
import java.util.List;

/** The program: {@code --device PATH}, {@code --listen-unix PATH} or {@code --rehearse}. */
public final class Main {
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
        switch (options) {
            case Options.Device device -> serve(Port.device(device.path()));
            case Options.Unix unix -> serve(Port.unix(unix.path()));
            case Options.Rehearse rehearse -> Rehearsal.run();
        }
    }

    private static void serve(Port port) throws IOException, InterruptedException {
        try (GuestAgent agent = GuestAgent.start(port)) {
            System.err.println("mulligan-guest-agent: ready");
            agent.awaitTermination();
        }
    }
}
