package dev.mulligan.host.guest;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An evaluation behind the other end of a gRPC stream. */
final class GrpcGuestEvaluation implements GuestEvaluation {
    // The guest takes 2 s to kill what ignores an interrupt.
    private static final Duration PATIENCE_TO_END = Duration.ofSeconds(6);

    private final EvaluationAnswers answers;
    private final GuestCall call;

    GrpcGuestEvaluation(
            EvaluationAnswers answers, GuestCall call, EvaluationSpec spec, ScheduledExecutorService scheduler) {
        this.answers = answers;
        this.call = call;
        spec.limits().time().ifPresent(limit -> watch(limit, scheduler));
    }

    /** The host keeps the time itself: a guest that ignores its limit is cut off. */
    private void watch(Duration limit, ScheduledExecutorService scheduler) {
        Evaluation late = new Evaluation(
                Evaluation.Reason.TIME_LIMIT,
                0,
                List.of(),
                Optional.empty(),
                true,
                false,
                "the guest did not end the call in time");
        ScheduledFuture<?> timer = scheduler.schedule(
                () -> answers.end(late), limit.plus(PATIENCE_TO_END).toMillis(), TimeUnit.MILLISECONDS);
        CompletableFuture<Evaluation> _ = answers.ended().whenComplete((ended, problem) -> timer.cancel(false));
    }

    @Override
    public void interrupt() {
        answers.sender().send(EvaluationMessages.interrupt());
    }

    @Override
    public Evaluation await() throws InterruptedException {
        try {
            return answers.ended().get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof HostException known) {
                throw HostException.of(known.code(), call.what() + " did not end: " + known.getMessage())
                        .cause(known)
                        .build();
            }
            throw HostException.of(HostErrorCode.INTERNAL, call.what())
                    .value(failed)
                    .cause(failed)
                    .build();
        }
    }

    @Override
    public void close() {
        if (answers.ended().isDone()) {
            return;
        }
        interrupt();
        boolean interrupted = false;
        try {
            answers.ended().get(PATIENCE_TO_END.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException hurry) {
            interrupted = true;
        } catch (ExecutionException | TimeoutException over) {
            // It is gone, or the guest does not say so: cancelling interrupts it, too.
        }
        answers.fail(HostException.of(HostErrorCode.CANCELLED, call.what() + ": cancelled")
                .build());
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
