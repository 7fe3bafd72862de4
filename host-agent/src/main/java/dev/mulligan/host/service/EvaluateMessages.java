package dev.mulligan.host.service;

import dev.mulligan.host.guest.Evaluation;
import dev.mulligan.host.guest.EvaluationSpec;
import dev.mulligan.host.guest.EvaluationSpec.Language;
import dev.mulligan.host.guest.ProcessSpec;
import dev.mulligan.host.scope.Limits;
import dev.mulligan.host.tool.CallDigest;
import dev.mulligan.host.tool.SessionName;
import dev.mulligan.host.tool.ToolCall;
import dev.mulligan.proto.host.v1.CallResult;
import dev.mulligan.proto.host.v1.EvaluateEnded;
import dev.mulligan.proto.host.v1.EvaluateResponse;
import dev.mulligan.proto.host.v1.EvaluateStart;
import dev.mulligan.proto.host.v1.MimeBundle;
import dev.mulligan.proto.host.v1.ThrownError;
import dev.mulligan.vm.DataSize;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Code that is evaluated by hand: messages and values. */
final class EvaluateMessages {
    private EvaluateMessages() {}

    /** The call, with the bounds that a task's has. */
    static ToolCall call(EvaluateStart message) {
        return switch (message.getCallCase()) {
            case PYTHON -> CallMessages.python(message.getPython(), message.getRoot(), Optional.empty());
            case NODE -> CallMessages.node(message.getNode(), message.getRoot(), Optional.empty());
            case CALL_NOT_SET -> throw Field.invalid("start.call", "none", "python or node", "");
        };
    }

    static EvaluationSpec spec(EvaluateStart message) {
        Limits limits = ScopeMessages.callLimits("start.limits", message.getLimits());
        ProcessSpec.ProcessLimits bounds = new ProcessSpec.ProcessLimits(
                limits.time(),
                limits.memory().map(DataSize::bytes).orElse(0L),
                limits.cpuMillis().orElse(0),
                limits.processes().orElse(0));
        return switch (call(message)) {
            case ToolCall.Python it ->
                new EvaluationSpec(
                        Language.PYTHON,
                        guestName(it.session()),
                        ByHand.user(it.root()),
                        it.code(),
                        it.arguments(),
                        message.getEnvironmentMap(),
                        bounds);
            case ToolCall.Node it ->
                new EvaluationSpec(
                        Language.NODE,
                        guestName(it.session()),
                        ByHand.user(it.root()),
                        it.code(),
                        it.arguments(),
                        message.getEnvironmentMap(),
                        bounds);
            case ToolCall.Shell it -> throw new IllegalStateException("no session: " + it);
            case ToolCall.Files it -> throw new IllegalStateException("no session: " + it);
        };
    }

    private static String guestName(SessionName session) {
        return session.isNew() ? "" : session.value();
    }

    /** For the record: which session, and a digest of the code and its arguments. */
    static Map<String, String> details(EvaluateStart message) {
        ToolCall call = call(message);
        CallDigest digest = CallDigest.of(call);
        return Map.of(
                "language", call.tool().label(),
                "session", call.inSession().map(SessionName::value).orElse(""),
                "arguments_sha256", digest.sha256(),
                "arguments_bytes", Long.toString(digest.length()));
    }

    static EvaluateResponse ended(Evaluation ended) {
        EvaluateEnded.Builder message = EvaluateEnded.newBuilder()
                .setOutcome(outcome(ended))
                .setExitCode(ended.exitCode())
                .addAllResults(results(ended.results()))
                .setMessage(ended.message())
                .setSessionLost(ended.sessionLost())
                .setSessionRestarted(ended.restarted());
        ended.thrown()
                .ifPresent(thrown -> message.setError(ThrownError.newBuilder()
                        .setName(thrown.name())
                        .setMessage(thrown.message())
                        .setTraceback(thrown.traceback())));
        return EvaluateResponse.newBuilder().setEnded(message).build();
    }

    private static CallResult.Outcome outcome(Evaluation ended) {
        return switch (ended.reason()) {
            case DONE -> CallResult.Outcome.OK;
            case EXIT -> ended.exitCode() == 0 ? CallResult.Outcome.OK : CallResult.Outcome.ERROR;
            case EXCEPTION, DIED -> CallResult.Outcome.ERROR;
            case INTERRUPTED -> CallResult.Outcome.CALL_INTERRUPTED;
            case TIME_LIMIT -> CallResult.Outcome.TIME_LIMIT;
            case MEMORY_LIMIT -> CallResult.Outcome.MEMORY_LIMIT;
        };
    }

    static List<MimeBundle> results(List<dev.mulligan.host.guest.MimeBundle> results) {
        return results.stream()
                .map(result -> MimeBundle.newBuilder().putAllData(result.data()).build())
                .toList();
    }
}
