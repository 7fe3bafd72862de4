package dev.mulligan.host.service;

import com.google.protobuf.UnsafeByteOperations;
import dev.mulligan.host.HostException;
import dev.mulligan.host.guest.Guest;
import dev.mulligan.host.guest.GuestProcess;
import dev.mulligan.proto.host.v1.ExecOutput;
import dev.mulligan.proto.host.v1.ExecRequest;
import dev.mulligan.proto.host.v1.ExecResponse;
import dev.mulligan.proto.host.v1.ExecStarted;
import dev.mulligan.proto.host.v1.OutputStream;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;

/**
 * One program in a sandbox, run by hand: output on the guest client's thread, input on one of its own, so that neither
 * waits for the other.
 */
final class ExecCall implements Guest.OutputListener {
    private static final int MOST_SIGNAL = 64;

    private final Inbox<ExecRequest> inbox;
    private final Sender<ExecResponse> sender;
    private final CountDownLatch announced = new CountDownLatch(1);
    private volatile @org.jspecify.annotations.Nullable HostException badInput;

    ExecCall(Inbox<ExecRequest> inbox, Sender<ExecResponse> sender) {
        this.inbox = inbox;
        this.sender = sender;
    }

    /** Runs the program to its end. However this ends, the program and all it started have ended. */
    void run(Guest guest, dev.mulligan.host.guest.ProcessSpec spec, ThreadFactory threads) throws InterruptedException {
        try (GuestProcess process = guest.start(spec, this)) {
            sender.send(ExecResponse.newBuilder()
                    .setStarted(ExecStarted.newBuilder().setPid(process.pid()))
                    .build());
            announced.countDown();
            Thread input = threads.newThread(() -> feed(process));
            input.start();
            try {
                dev.mulligan.host.guest.ProcessExit exit = process.await();
                HostException bad = badInput;
                if (bad != null) {
                    throw bad;
                }
                sender.send(ExecMessages.exited(exit));
            } finally {
                input.interrupt();
            }
        } finally {
            announced.countDown();
        }
    }

    @Override
    public void stdout(byte[] data) {
        output(OutputStream.STDOUT, data);
    }

    @Override
    public void stderr(byte[] data) {
        output(OutputStream.STDERR, data);
    }

    /** Output may be there before the process id is: the contract says who comes first. */
    private void output(OutputStream stream, byte[] data) {
        try {
            announced.await();
            sender.send(ExecResponse.newBuilder()
                    .setOutput(ExecOutput.newBuilder().setStream(stream).setData(UnsafeByteOperations.unsafeWrap(data)))
                    .build());
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } catch (HostException clientIsGone) {
            // The call's own thread is being interrupted, and kills the program.
        }
    }

    private void feed(GuestProcess process) {
        try {
            for (Optional<ExecRequest> next = inbox.take(); next.isPresent(); next = inbox.take()) {
                feed(process, next.get());
            }
            process.closeStdin();
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        } catch (HostException bad) {
            badInput = bad;
            process.cancel();
        }
    }

    private static void feed(GuestProcess process, ExecRequest request) {
        switch (request.getMessageCase()) {
            case STDIN -> process.stdin(request.getStdin().toByteArray());
            case CLOSE_STDIN -> process.closeStdin();
            case SIGNAL -> process.signal(Field.between("signal", request.getSignal(), 1, MOST_SIGNAL));
            case RESIZE -> {
                dev.mulligan.host.guest.ProcessSpec.Terminal size = ExecMessages.terminal(request.getResize());
                process.resize(size.columns(), size.rows());
            }
            case START, MESSAGE_NOT_SET ->
                throw Field.invalid(
                        "message", request.getMessageCase(), "stdin, close_stdin, signal or resize after start", "");
        }
    }
}
