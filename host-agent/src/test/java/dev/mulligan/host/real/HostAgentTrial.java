package dev.mulligan.host.real;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.DeleteSandboxRequest;
import dev.mulligan.proto.host.v1.ListSandboxesRequest;
import dev.mulligan.proto.host.v1.Sandbox;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The real host agent, as a process of its own over real machines, for the time of a test class. */
final class HostAgentTrial {
    private final RealHost host;
    private final Path state;
    private final HostAgentProcess agent;
    private final Hand hand;

    HostAgentTrial() {
        this(new RealHost());
    }

    HostAgentTrial(RealHost host) {
        this.host = host;
        this.state = host.state();
        this.agent = new HostAgentProcess(state);
        this.hand = new Hand(agent::client);
    }

    void start() throws Exception {
        agent.start();
    }

    /** As {@link #start}, with images that a test may replace and delete: {@code base} is among them. */
    OwnImages startWithOwnImages() throws Exception {
        Path directory = state.resolve("images");
        Files.delete(directory);
        Files.createDirectory(directory);
        OwnImages images = new OwnImages(directory, host.base());
        agent.start();
        return images;
    }

    RealHost host() {
        return host;
    }

    /** Where tests may put files of their own. */
    Path directory() {
        return host.directory();
    }

    /** The state directory of the host agent. */
    Path state() {
        return state;
    }

    HostAgentProcess agent() {
        return agent;
    }

    Hand hand() {
        return hand;
    }

    /** What must be so whatever happened: the record is whole, and nothing is left that no sandbox owns. */
    void requireWholeAndClean() throws Exception {
        assertThat(hand.recordProblem()).isEmpty();
        assertThat(hand.leftovers()).isEmpty();
    }

    /** Deletes all sandboxes, and sees that nothing is left of them. */
    void end(String test) throws Exception {
        try {
            for (Sandbox sandbox : agent.client()
                    .sandboxes(Patience.ANSWER)
                    .list(ListSandboxesRequest.getDefaultInstance())
                    .getSandboxesList()) {
                agent.client()
                        .sandboxes(Patience.MACHINE)
                        .delete(DeleteSandboxRequest.newBuilder()
                                .setSandbox(sandbox.getId())
                                .setForce(true)
                                .build());
            }
            assertThat(hand.leftovers()).isEmpty();
            agent.stop();
            try (Stream<Path> machines = Files.list(state.resolve("machines"))) {
                // Templates stay; machines that stood ready do not.
                assertThat(machines.filter(Files::isDirectory).filter(directory -> !directory.endsWith(".templates")))
                        .isEmpty();
            }
        } finally {
            agent.stop();
            host.keepLogs(test);
            host.close();
        }
    }
}
