package dev.mulligan.host.guest;

import dev.mulligan.host.guest.Guest.OutputListener;
import dev.mulligan.proto.guest.v1.EvaluateRequest;
import dev.mulligan.proto.guest.v1.EvaluateResponse;

/** What the guest answers to an evaluation: output, then how the call ended. */
final class EvaluationAnswers extends StreamAnswers<EvaluateRequest, EvaluateResponse, Evaluation> {
    EvaluationAnswers(OutputListener output, GuestCall call, GuestErrors errors, OpenStreams streams) {
        super(output, call, errors, streams);
    }

    @Override
    void take(EvaluateResponse response) {
        switch (response.getMessageCase()) {
            case OUTPUT -> deliver(response.getOutput());
            case ENDED -> told(EvaluationMessages.evaluation(response.getEnded(), call()));
            case MESSAGE_NOT_SET -> require(false, "an empty message");
        }
    }

    @Override
    String withoutEnd() {
        return "the stream ended without an end of the call";
    }
}
