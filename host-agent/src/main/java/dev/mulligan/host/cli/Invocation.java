package dev.mulligan.host.cli;

import com.google.protobuf.Message;
import dev.mulligan.host.HostDirectories;
import dev.mulligan.host.cli.client.Endpoint;
import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.HostLauncher;
import dev.mulligan.host.cli.terminal.Colours;
import dev.mulligan.host.cli.terminal.Console;
import dev.mulligan.host.cli.terminal.Interrupts;
import dev.mulligan.host.cli.terminal.Printable;
import dev.mulligan.host.cli.terminal.Progress;
import java.io.PrintStream;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One run of the command line: its surroundings, the options that every command takes, and the connection to the host
 * agent, which is opened when a command first asks for it.
 */
final class Invocation implements AutoCloseable {
    private final Surroundings surroundings;
    private final GlobalOptions options;
    private @Nullable HostClient client;
    private @Nullable Json json;

    Invocation(Surroundings surroundings, GlobalOptions options) {
        this.surroundings = surroundings;
        this.options = options;
    }

    /** What surrounds the process, or what a test puts there. */
    record Surroundings(
            Console console,
            Map<String, String> environment,
            HostDirectories state,
            HostLauncher launcher,
            Interrupts interrupts) {
        Surroundings {
            environment = Map.copyOf(environment);
        }
    }

    /** The host agent; NO_HOST_AGENT if none runs. */
    HostClient host() {
        if (client == null) {
            client = HostClient.connect(endpoint());
        }
        return client;
    }

    /** The host agent, started if it is this machine's own and does not run. */
    HostClient hostStarted() throws InterruptedException {
        startHost();
        return host();
    }

    /** Whether it had to be started. */
    boolean startHost() throws InterruptedException {
        Endpoint.Unix own = new Endpoint.Unix(state().socket());
        if (!endpoint().equals(own) || HostClient.answers(own.socket())) {
            return false;
        }
        try (Progress progress = progress()) {
            surroundings.launcher().start(progress::step);
        }
        return true;
    }

    Endpoint endpoint() {
        return options.endpoint(surroundings.environment(), surroundings.state());
    }

    HostDirectories state() {
        return surroundings.state();
    }

    Console console() {
        return surroundings.console();
    }

    Map<String, String> environment() {
        return surroundings.environment();
    }

    Interrupts interrupts() {
        return surroundings.interrupts();
    }

    Colours colours() {
        return new Colours(console().colours() && !json());
    }

    boolean json() {
        return options.json();
    }

    boolean debug() {
        return options.debug();
    }

    /** Steps on stderr; none where a program reads, for it has the events themselves. */
    Progress progress() {
        return json() ? Progress.none() : Progress.on(console());
    }

    /** Prints a result: the message for programs, the text for people. */
    void print(Message message, Supplier<String> text) {
        if (json()) {
            printLine(jsonOf(message));
        } else {
            print(text.get());
        }
    }

    /** Prints a result for people; it ends its last line itself, or not. */
    void print(String shown) {
        PrintStream output = console().output();
        output.print(shown);
        if (!shown.isEmpty() && !shown.endsWith("\n")) {
            output.println();
        }
        output.flush();
    }

    /** Prints a result that is no message. */
    void print(Map<String, ?> fields, String text) {
        printLine(json() ? Json.object(fields) : text);
    }

    String jsonOf(Message message) {
        if (json == null) {
            json = new Json();
        }
        return json.of(message);
    }

    void printLine(String line) {
        console().output().println(line);
        console().output().flush();
    }

    /** Says something to people; nothing where a program reads. */
    void say(String message) {
        if (!json()) {
            console().errors().println("mulligan: " + Printable.ofLines(message));
            console().errors().flush();
        }
    }

    /** Nobody reads the result any more: writing on is no use. */
    boolean outputBroken() {
        return console().output().checkError();
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
        }
        console().output().flush();
        console().errors().flush();
    }
}
