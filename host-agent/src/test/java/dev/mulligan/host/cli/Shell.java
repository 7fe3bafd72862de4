package dev.mulligan.host.cli;

import dev.mulligan.host.HostDirectories;
import dev.mulligan.host.cli.client.HostLauncher;
import dev.mulligan.host.cli.terminal.Console;
import dev.mulligan.host.cli.terminal.Interrupts;
import io.grpc.BindableService;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Types commands as a person would, and keeps what they print. */
final class Shell implements AutoCloseable {
    private final HostDirectories directories;
    private final List<Runnable> handlers = new CopyOnWriteArrayList<>();
    private @Nullable FakeHost host;
    private List<String> daemon = List.of("false");
    private InputStream input = InputStream.nullInputStream();
    private volatile ByteArrayOutputStream output = new ByteArrayOutputStream();
    private volatile ByteArrayOutputStream errors = new ByteArrayOutputStream();

    Shell(Path directory) {
        directories = new HostDirectories(directory);
    }

    HostDirectories directories() {
        return directories;
    }

    /** From now on these answer as the host agent. */
    void serve(BindableService... services) {
        close();
        host = new FakeHost(directories, services);
    }

    @Override
    public void close() {
        if (host != null) {
            host.close();
            host = null;
        }
    }

    /** What runs instead of the daemon when a command starts it. */
    Shell daemon(String... command) {
        daemon = List.of(command);
        return this;
    }

    Shell input(String text) {
        input = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    int run(String... arguments) {
        output = new ByteArrayOutputStream();
        errors = new ByteArrayOutputStream();
        return new MulliganCommand(surroundings()).run(arguments);
    }

    /** Types a command whose end is not waited for. On a thread of its own: the common pool may have but one. */
    CompletableFuture<Integer> start(String... arguments) {
        return CompletableFuture.supplyAsync(
                () -> run(arguments), task -> Thread.ofPlatform().start(task));
    }

    Invocation invocation(GlobalOptions options) {
        return new Invocation(surroundings(), options);
    }

    private Invocation.Surroundings surroundings() {
        Interrupts interrupts = handler -> {
            handlers.add(handler);
            return () -> handlers.remove(handler);
        };
        return new Invocation.Surroundings(
                Console.of(input, output, errors),
                Map.of(),
                directories,
                new HostLauncher(directories, daemon, Duration.ofSeconds(10)),
                interrupts);
    }

    /** Ctrl-C; fails if nobody handles it, for then it would end the process. */
    void interrupt() {
        if (handlers.isEmpty()) {
            throw new AssertionError("nobody handles the interrupt");
        }
        handlers.forEach(Runnable::run);
    }

    boolean handlesInterrupts() {
        return !handlers.isEmpty();
    }

    String output() {
        return output.toString(StandardCharsets.UTF_8);
    }

    byte[] outputBytes() {
        return output.toByteArray();
    }

    /** Waits for what a command that runs on another thread prints. */
    void awaitOutput(String text) throws InterruptedException {
        await(() -> output().contains(text), "output: " + text);
    }

    /** Waits for a condition, 20 s at most. */
    static void await(BooleanSupplier condition, String what) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("did not come: " + what);
            }
            Thread.sleep(5);
        }
    }

    String errors() {
        return errors.toString(StandardCharsets.UTF_8);
    }
}
