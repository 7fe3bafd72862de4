package dev.mulligan.host.cli;

import com.google.protobuf.ByteString;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.HostStopper;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.host.cli.terminal.Printable;
import dev.mulligan.host.cli.terminal.Progress;
import dev.mulligan.proto.host.v1.DeleteSandboxRequest;
import io.grpc.StatusException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the demo plays on: announces each step, measures it, checks promises, and in the end puts everything back as it
 * was, whatever happened.
 */
final class DemoStage implements AutoCloseable {
    private final Invocation invocation;
    private final Map<String, Duration> times = new LinkedHashMap<>();
    private boolean startedHost;
    private String sandbox = "";

    DemoStage(Invocation invocation) {
        this.invocation = invocation;
    }

    /** Something that is done and checked. */
    interface Step {
        void run() throws StatusException, InterruptedException, java.io.IOException;
    }

    Invocation invocation() {
        return invocation;
    }

    HostClient client() {
        return invocation.host();
    }

    /** To be stopped again in the end. */
    void hostStarted() {
        startedHost = true;
    }

    /** To be deleted in the end. */
    void sandbox(String name) {
        sandbox = name;
    }

    /** Announces a step, with the command that a person would type, and runs it. */
    void step(String title, String command, Step step)
            throws StatusException, InterruptedException, java.io.IOException {
        if (!invocation.json()) {
            invocation.printLine("");
            invocation.printLine(invocation.colours().strong("== " + title));
            if (!command.isEmpty()) {
                invocation.printLine(invocation.colours().faint("$ mulligan " + Printable.of(command)));
            }
        }
        long start = System.nanoTime();
        step.run();
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        times.put(title, took);
        if (invocation.json()) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("step", title);
            fields.put("seconds", took.toMillis() / 1000.0);
            invocation.printLine(Json.object(fields));
        }
    }

    /** Shows a line of a step's result. */
    void show(String line) {
        if (!invocation.json()) {
            invocation.printLine(line);
        }
    }

    /** A promise, and whether it was kept. */
    void check(boolean kept, String promise, Object found) {
        if (!kept) {
            throw HostException.of(HostErrorCode.INTERNAL, "the demo's promise was not kept")
                    .value(found)
                    .expected(promise)
                    .remedy("see the host agent's log")
                    .build();
        }
        show(invocation.colours().good("ok ") + Printable.of(promise));
    }

    /** What a task printed on standard output, as far as anybody wants to check it. */
    static final class Transcript {
        private static final int LONGEST = 1 << 16;

        private ByteString text = ByteString.EMPTY;

        void add(ByteString data) {
            if (text.size() < LONGEST) {
                text = text.concat(data);
            }
        }

        @Override
        public String toString() {
            return text.toStringUtf8();
        }
    }

    /** Prints how long each step took. */
    void summary() {
        show("");
        Duration total = Duration.ZERO;
        for (Map.Entry<String, Duration> step : times.entrySet()) {
            show(String.format("%10s  %s", new Elapsed(step.getValue()), step.getKey()));
            total = total.plus(step.getValue());
        }
        show(String.format("%10s  %s", new Elapsed(total), "in all"));
    }

    /** Cleans up. An interrupt is what may have led here: it must not stop this, too. */
    @Override
    public void close() throws StatusException {
        boolean interrupted = Thread.interrupted();
        try {
            if (!sandbox.isEmpty()) {
                deleteSandbox();
            }
        } finally {
            if (startedHost) {
                stopHost();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void stopHost() throws StatusException {
        startedHost = false;
        try (Progress progress = invocation.progress()) {
            new HostStopper(client(), invocation.state().socket()).stop(false, progress::step);
        } catch (InterruptedException again) {
            // It has been asked to stop and will; only nobody waits for it any more.
            Thread.currentThread().interrupt();
        }
    }

    /** Its creation may have been interrupted or undone: that there is none is fine. */
    private void deleteSandbox() throws StatusException {
        try {
            var _ = client().sandboxes(Patience.MACHINE)
                    .delete(DeleteSandboxRequest.newBuilder()
                            .setSandbox(sandbox)
                            .setForce(true)
                            .build());
        } catch (StatusException failed) {
            if (!Failure.of(failed).reason().equals(HostErrorCode.UNKNOWN_SANDBOX.name())) {
                throw failed;
            }
        }
        sandbox = "";
    }

    /** Cleans up as a step of the story, so that its time is measured. */
    void cleanUp() throws StatusException {
        close();
    }
}
