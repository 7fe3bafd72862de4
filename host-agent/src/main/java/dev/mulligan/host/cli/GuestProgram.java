package dev.mulligan.host.cli;

import com.google.protobuf.ByteString;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.host.cli.terminal.Interrupts;
import dev.mulligan.proto.host.v1.CallResult;
import dev.mulligan.proto.host.v1.ExecExited;
import dev.mulligan.proto.host.v1.ExecOutput;
import dev.mulligan.proto.host.v1.ExecRequest;
import dev.mulligan.proto.host.v1.ExecResponse;
import dev.mulligan.proto.host.v1.ExecStart;
import dev.mulligan.proto.host.v1.OutputStream;
import dev.mulligan.proto.host.v1.TerminalSize;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs one program in a sandbox with this process's streams as its own. */
final class GuestProgram {
    private static final int INTERRUPT = 2;
    private static final int CHUNK = 1 << 15;

    private final Invocation invocation;
    private final BlockingClientCall<ExecRequest, ExecResponse> call;

    GuestProgram(Invocation invocation, HostClient client) {
        this.invocation = invocation;
        this.call = client.sandboxes(Patience.ENDLESS).exec();
    }

    /**
     * Runs it to its end.
     *
     * @param input its standard input is this process's; otherwise it has none
     * @return the program's exit code where it ended by itself
     */
    int run(ExecStart start, boolean input) throws StatusException, InterruptedException {
        AtomicInteger interrupts = new AtomicInteger();
        send(ExecRequest.newBuilder().setStart(start).build());
        try (Interrupts.Handling _ = invocation.interrupts().handle(() -> {
            if (interrupts.incrementAndGet() == 1) {
                sendLater(ExecRequest.newBuilder().setSignal(INTERRUPT).build());
            } else {
                call.cancel("interrupted", new InterruptedException());
            }
        })) {
            if (input) {
                Thread.ofPlatform().daemon().name("stdin").start(this::pump);
            } else {
                send(closeInput());
            }
            ExecResponse response = call.read();
            while (response != null) {
                if (response.hasOutput()) {
                    write(response.getOutput());
                } else if (response.hasExited()) {
                    return exitCode(response.getExited());
                }
                response = call.read();
            }
        }
        throw HostException.of(HostErrorCode.INTERNAL, "a program that ended without an exit code")
                .build();
    }

    void resize(int columns, int rows) {
        sendLater(ExecRequest.newBuilder()
                .setResize(TerminalSize.newBuilder().setColumns(columns).setRows(rows))
                .build());
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

    private int exitCode(ExecExited exited) {
        if (exited.getOutcome() == CallResult.Outcome.OK || exited.getOutcome() == CallResult.Outcome.ERROR) {
            return exited.getExitCode();
        }
        invocation.say("the program was ended: " + TaskView.outcome(exited.getOutcome()));
        if (exited.getOutcome() == CallResult.Outcome.TIME_LIMIT) {
            return ExitCode.TIME_LIMIT.number();
        }
        return exited.getExitCode() > 0 ? exited.getExitCode() : ExitCode.FAILED.number();
    }

    /** Reads standard input until it ends; a read from it cannot be interrupted, so the thread is left behind. */
    private void pump() {
        try {
            InputStream input = invocation.console().input();
            byte[] chunk = new byte[CHUNK];
            int count = input.read(chunk);
            while (count >= 0
                    && send(ExecRequest.newBuilder()
                            .setStdin(ByteString.copyFrom(chunk, 0, count))
                            .build())) {
                count = input.read(chunk);
            }
            send(closeInput());
        } catch (IOException | StatusException | InterruptedException ended) {
            // The program has ended, or reading its output says what went wrong.
        }
    }

    private static ExecRequest closeInput() {
        return ExecRequest.newBuilder()
                .setCloseStdin(ExecRequest.CloseStdin.getDefaultInstance())
                .build();
    }

    /** Off the thread that got the signal: sending may have to wait. */
    private void sendLater(ExecRequest request) {
        Thread.ofVirtual().start(() -> {
            try {
                send(request);
            } catch (StatusException | InterruptedException ended) {
                // Nothing is left that could be told.
            }
        });
    }

    /** One at a time; false if the call has ended. */
    private boolean send(ExecRequest request) throws StatusException, InterruptedException {
        synchronized (call) {
            return call.write(request);
        }
    }
}
