package dev.mulligan.host.service;

import com.google.protobuf.UnsafeByteOperations;
import dev.mulligan.host.HostException;
import dev.mulligan.host.guest.EvaluationSpec;
import dev.mulligan.host.guest.Guest;
import dev.mulligan.host.guest.GuestEvaluation;
import dev.mulligan.proto.host.v1.EvaluateRequest;
import dev.mulligan.proto.host.v1.EvaluateResponse;
import dev.mulligan.proto.host.v1.ExecOutput;
import dev.mulligan.proto.host.v1.OutputStream;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** Code evaluated in a sandbox by hand: output on the guest client's thread, interrupts on one of their own. */
final class EvaluateCall implements Guest.OutputListener {
    private final Inbox<EvaluateRequest> inbox;
    private final Sender<EvaluateResponse> sender;
    private volatile @Nullable HostException badInput;

    EvaluateCall(Inbox<EvaluateRequest> inbox, Sender<EvaluateResponse> sender) {
        this.inbox = inbox;
        this.sender = sender;
    }

    /** Evaluates it to its end. However this ends, the code has stopped, or its session has ended. */
    void run(Guest guest, EvaluationSpec spec, ThreadFactory threads) throws InterruptedException {
        try (GuestEvaluation evaluation = guest.evaluate(spec, this)) {
            Thread input = threads.newThread(() -> listen(evaluation));
            input.start();
            try {
                EvaluateResponse ended = EvaluateMessages.ended(evaluation.await());
                HostException bad = badInput;
                if (bad != null) {
                    throw bad;
                }
                sender.send(ended);
            } finally {
                input.interrupt();
            }
        }
    }

    private void listen(GuestEvaluation evaluation) {
        try {
            for (Optional<EvaluateRequest> next = inbox.take(); next.isPresent(); next = inbox.take()) {
                switch (next.get().getMessageCase()) {
                    case INTERRUPT -> evaluation.interrupt();
                    case START, MESSAGE_NOT_SET ->
                        throw Field.invalid("message", next.get().getMessageCase(), "interrupt after start", "");
                }
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        } catch (HostException bad) {
            badInput = bad;
            evaluation.interrupt();
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

    private void output(OutputStream stream, byte[] data) {
        try {
            sender.send(EvaluateResponse.newBuilder()
                    .setOutput(ExecOutput.newBuilder().setStream(stream).setData(UnsafeByteOperations.unsafeWrap(data)))
                    .build());
        } catch (HostException clientIsGone) {
            // The call's own thread is being interrupted, and interrupts the code.
        }
    }
}
