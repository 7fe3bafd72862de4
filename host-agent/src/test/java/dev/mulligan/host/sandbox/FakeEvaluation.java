package dev.mulligan.host.sandbox;

import com.google.protobuf.ByteString;
import dev.mulligan.host.guest.Evaluation;
import dev.mulligan.host.guest.Evaluation.Reason;
import dev.mulligan.host.guest.GuestEvaluation;
import dev.mulligan.host.guest.MimeBundle;
import dev.mulligan.host.guest.ProcessExit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Code in the language of {@link FakeProcess}, in a session that remembers nothing. */
record FakeEvaluation(FakeProcess process) implements GuestEvaluation {
    @Override
    public void interrupt() {
        process.cancel();
    }

    @Override
    public Evaluation await() throws InterruptedException {
        ProcessExit exit = process.await();
        Reason reason = switch (exit.reason()) {
            case EXIT -> exit.code() == 0 ? Reason.DONE : Reason.EXIT;
            case SIGNAL -> Reason.INTERRUPTED;
            case TIME_LIMIT -> Reason.TIME_LIMIT;
            case MEMORY_LIMIT -> Reason.MEMORY_LIMIT;
        };
        return new Evaluation(
                reason,
                exit.code(),
                process.value().isEmpty()
                        ? List.of()
                        : List.of(new MimeBundle(Map.of("text/plain", ByteString.copyFromUtf8(process.value())))),
                Optional.empty(),
                false,
                false,
                "");
    }

    @Override
    public void close() {
        process.close();
    }
}
