package dev.mulligan.host.service;

import com.google.protobuf.ByteString;
import dev.mulligan.host.guest.Evaluation;
import dev.mulligan.host.guest.EvaluationSpec;
import dev.mulligan.host.guest.Guest.OutputListener;
import dev.mulligan.host.guest.GuestEvaluation;
import dev.mulligan.host.guest.MimeBundle;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** Code that prints itself and returns its session's name; {@code wait} goes on until it is interrupted. */
final class FakeEvaluation implements GuestEvaluation {
    final EvaluationSpec spec;
    final CountDownLatch interrupted = new CountDownLatch(1);

    FakeEvaluation(EvaluationSpec spec, OutputListener output) {
        this.spec = spec;
        output.stdout((spec.code() + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void interrupt() {
        interrupted.countDown();
    }

    @Override
    public Evaluation await() throws InterruptedException {
        if (!spec.code().equals("wait")) {
            return ended(Evaluation.Reason.DONE);
        }
        interrupted.await();
        return ended(Evaluation.Reason.INTERRUPTED);
    }

    private Evaluation ended(Evaluation.Reason reason) {
        MimeBundle value = new MimeBundle(Map.of(
                "text/plain", ByteString.copyFromUtf8(spec.session()),
                "image/png", ByteString.copyFrom(new byte[] {1, 2})));
        return new Evaluation(reason, 0, List.of(value), Optional.empty(), false, true, "");
    }

    @Override
    public void close() {
        interrupted.countDown();
    }
}
