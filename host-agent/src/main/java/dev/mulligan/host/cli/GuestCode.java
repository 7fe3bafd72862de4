package dev.mulligan.host.cli;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.host.cli.terminal.Interrupts;
import dev.mulligan.proto.host.v1.CallResult;
import dev.mulligan.proto.host.v1.EvaluateEnded;
import dev.mulligan.proto.host.v1.EvaluateRequest;
import dev.mulligan.proto.host.v1.EvaluateResponse;
import dev.mulligan.proto.host.v1.EvaluateStart;
import dev.mulligan.proto.host.v1.ExecOutput;
import dev.mulligan.proto.host.v1.MimeBundle;
import dev.mulligan.proto.host.v1.OutputStream;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Evaluates code in a sandbox and shows what comes of it as a prompt would; or each response as a line of JSON. */
final class GuestCode {
    private static final EvaluateRequest INTERRUPT = EvaluateRequest.newBuilder()
            .setInterrupt(EvaluateRequest.Interrupt.getDefaultInstance())
            .build();

    private final Invocation invocation;
    private final BlockingClientCall<EvaluateRequest, EvaluateResponse> call;
    private final ResultFiles files;

    GuestCode(Invocation invocation, HostClient client, ResultFiles files) {
        this.invocation = invocation;
        this.call = client.sandboxes(Patience.ENDLESS).evaluate();
        this.files = files;
    }

    /** Runs it to its end; the first interrupt is passed on, a second one ends the call. Returns the exit code. */
    int run(EvaluateStart start) throws StatusException, InterruptedException {
        AtomicInteger interrupts = new AtomicInteger();
        send(EvaluateRequest.newBuilder().setStart(start).build());
        try (Interrupts.Handling _ = invocation.interrupts().handle(() -> {
            if (interrupts.incrementAndGet() == 1) {
                Thread.ofVirtual().start(this::interrupt);
            } else {
                call.cancel("interrupted", new InterruptedException());
            }
        })) {
            EvaluateResponse response = call.read();
            while (response != null) {
                if (invocation.json()) {
                    invocation.printLine(invocation.jsonOf(response));
                } else if (response.hasOutput()) {
                    write(response.getOutput());
                }
                if (response.hasEnded()) {
                    return ended(response.getEnded());
                }
                response = call.read();
            }
        }
        throw HostException.of(HostErrorCode.INTERNAL, "code that ended without an end")
                .build();
    }

    private void interrupt() {
        try {
            send(INTERRUPT);
        } catch (StatusException | InterruptedException ended) {
            // Nothing is left that could be told.
        }
    }

    private void send(EvaluateRequest request) throws StatusException, InterruptedException {
        synchronized (call) {
            boolean _ = call.write(request);
        }
    }

    private void write(ExecOutput output) {
        PrintStream target = output.getStream() == OutputStream.STDERR
                ? invocation.console().errors()
                : invocation.console().output();
        target.writeBytes(output.getData().toByteArray());
        target.flush();
        if (invocation.outputBroken()) {
            call.cancel("nobody reads the output", null);
        }
    }

    private int ended(EvaluateEnded ended) {
        if (!invocation.json()) {
            values(ended.getResultsList()).forEach(invocation::printLine);
            if (ended.hasError()) {
                invocation.console().errors().print(ended.getError().getTraceback());
                invocation.console().errors().flush();
            }
        }
        for (Path file : files.save("result", ended.getResultsList())) {
            invocation.say("saved " + file);
        }
        if (ended.getSessionRestarted()) {
            invocation.say("the session had died: this call began with a new interpreter");
        }
        if (ended.getSessionLost()) {
            invocation.say("the session is lost: " + ended.getMessage());
        }
        return exitCode(ended);
    }

    /** What a prompt would print. */
    static List<String> values(List<MimeBundle> results) {
        return results.stream()
                .filter(result -> result.containsData("text/plain"))
                .map(result -> result.getDataOrThrow("text/plain").toStringUtf8())
                .toList();
    }

    private int exitCode(EvaluateEnded ended) {
        return switch (ended.getOutcome()) {
            case OK -> ExitCode.OK.number();
            case TIME_LIMIT -> {
                invocation.say("the code was interrupted: time limit");
                yield ExitCode.TIME_LIMIT.number();
            }
            case CALL_INTERRUPTED, CALL_CANCELLED -> ExitCode.INTERRUPTED.number();
            case ERROR, MEMORY_LIMIT, DENIED, OUTPUT_LIMIT, OUTCOME_UNSPECIFIED, UNRECOGNIZED -> {
                if (ended.getOutcome() == CallResult.Outcome.MEMORY_LIMIT) {
                    invocation.say("the code was ended: memory limit");
                }
                yield ended.getExitCode() > 0 ? ended.getExitCode() : ExitCode.FAILED.number();
            }
        };
    }
}
