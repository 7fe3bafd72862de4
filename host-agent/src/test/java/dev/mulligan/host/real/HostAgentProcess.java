package dev.mulligan.host.real;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.cli.client.Endpoint;
import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.GetStatusRequest;
import io.grpc.StatusException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The host agent as a process of its own, which can be killed; its command line; and a client that follows it. */
public final class HostAgentProcess {
    private static final int START_SECONDS = 90;

    private final Path state;
    private Optional<Process> process = Optional.empty();
    private Optional<HostClient> client = Optional.empty();

    /**
     * @param state its state directory; the image {@code base} is in it, or comes by a link
     */
    public HostAgentProcess(Path state) {
        this.state = state;
    }

    /** Returns when it serves. */
    public void start() throws IOException, InterruptedException {
        assertThat(process).isEmpty();
        process = Optional.of(builder("daemon")
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        state.resolve("daemon.out").toFile()))
                .redirectErrorStream(true)
                .start());
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!serves()) {
            assertThat(process.orElseThrow().isAlive()).as(this::printed).isTrue();
            assertThat(System.nanoTime()).as(this::printed).isLessThan(end);
            Thread.sleep(50);
        }
    }

    /** As {@code kill -9} does. */
    public void kill() throws InterruptedException {
        disconnect();
        process.orElseThrow().destroyForcibly().waitFor();
        process = Optional.empty();
    }

    public HostClient client() {
        return client.orElseThrow();
    }

    /** What a command of the command line prints, and its exit code. */
    public Ran run(String... arguments) throws IOException, InterruptedException {
        Path output = Files.createTempFile("output", "");
        Path errors = Files.createTempFile("errors", "");
        try {
            Process command = builder(arguments)
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile())
                    .start();
            if (!command.waitFor(14, TimeUnit.MINUTES)) {
                command.destroyForcibly();
            }
            return new Ran(command.waitFor(), Files.readString(output), Files.readString(errors));
        } finally {
            Files.delete(output);
            Files.delete(errors);
        }
    }

    /** What starts a command of the command line. */
    public List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dmulligan.home=" + Path.of("..").toAbsolutePath().normalize(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.mulligan.host.HostAgent"));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Ends it as SIGTERM does. */
    public void stop() throws InterruptedException {
        disconnect();
        if (process.isPresent()) {
            process.get().destroy();
            if (!process.get().waitFor(60, TimeUnit.SECONDS)) {
                process.get().destroyForcibly().waitFor();
                throw new AssertionError("the host agent did not end in 60 s: " + printed());
            }
            process = Optional.empty();
        }
    }

    /** What the process and its log have to say. */
    public String printed() {
        try {
            Path log = state.resolve("log/host-agent.log");
            return Files.readString(state.resolve("daemon.out"), StandardCharsets.UTF_8)
                    + (Files.exists(log) ? Files.readString(log) : "");
        } catch (IOException gone) {
            return Objects.toString(gone);
        }
    }

    private void disconnect() {
        client.ifPresent(HostClient::close);
        client = Optional.empty();
    }

    private boolean serves() {
        Path socket = state.resolve("run/host.sock");
        if (!HostClient.answers(socket)) {
            return false;
        }
        HostClient fresh = HostClient.connect(new Endpoint.Unix(socket));
        try {
            fresh.host(Patience.ANSWER).getStatus(GetStatusRequest.getDefaultInstance());
            client = Optional.of(fresh);
            return true;
        } catch (StatusException notYet) {
            fresh.close();
            return false;
        }
    }

    private ProcessBuilder builder(String... arguments) {
        ProcessBuilder builder = new ProcessBuilder(command(arguments));
        builder.environment().put("MULLIGAN_STATE", state.toString());
        return builder;
    }

    /** The end of a command. */
    public record Ran(int code, String output, String errors) {}
}
