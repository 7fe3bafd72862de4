package dev.mulligan.host.tool;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.guest.Evaluation;
import dev.mulligan.host.guest.EvaluationSpec;
import dev.mulligan.host.guest.EvaluationSpec.Language;
import dev.mulligan.host.guest.GuestEvaluation;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Evaluates code in a session. A traceback goes where people look for it: to standard error. */
final class SessionTool {
    private final Language language;

    SessionTool(Language language) {
        this.language = language;
    }

    /** Interrupted, it interrupts the code and waits until that has ended; the session goes on. */
    ToolResult run(String code, List<String> arguments, SessionName session, boolean root, Workplace place)
            throws InterruptedException {
        EvaluationSpec spec = new EvaluationSpec(
                language,
                session.isNew() ? "" : session.value(),
                Programs.user(root),
                code,
                arguments,
                place.environment(),
                Programs.limits(place.limits()));
        try (GuestEvaluation evaluation = place.guest().evaluate(spec, place.output())) {
            Evaluation ended = evaluation.await();
            ended.thrown()
                    .ifPresent(
                            thrown -> place.output().stderr(thrown.traceback().getBytes(StandardCharsets.UTF_8)));
            return result(ended, session);
        } catch (HostException failure) {
            if (failure.code() == HostErrorCode.NO_SUCH_PROGRAM) {
                return new ToolResult(ToolResult.Ending.ERROR, 127, failure.getMessage());
            }
            throw failure;
        }
    }

    private static ToolResult result(Evaluation ended, SessionName session) {
        ToolResult.Ending ending = switch (ended.reason()) {
            case DONE -> ToolResult.Ending.OK;
            case EXIT -> ended.exitCode() == 0 ? ToolResult.Ending.OK : ToolResult.Ending.ERROR;
            case EXCEPTION, INTERRUPTED, DIED -> ToolResult.Ending.ERROR;
            case TIME_LIMIT -> ToolResult.Ending.TIME_LIMIT;
            case MEMORY_LIMIT -> ToolResult.Ending.MEMORY_LIMIT;
        };
        return new ToolResult(ending, ended.exitCode(), message(ended, session), ended.results());
    }

    private static String message(Evaluation ended, SessionName session) {
        StringBuilder message = new StringBuilder(
                switch (ended.reason()) {
                    case DONE -> "";
                    case EXIT -> ended.exitCode() == 0 ? "" : "exit code " + ended.exitCode();
                    case EXCEPTION ->
                        ended.thrown()
                                .map(thrown -> thrown.name() + ": " + thrown.message())
                                .orElse("an exception");
                    case INTERRUPTED -> "interrupted";
                    case DIED -> ended.message();
                    case TIME_LIMIT -> "ran longer than allowed";
                    case MEMORY_LIMIT -> "used more memory than allowed";
                });
        if (ended.sessionLost() && !session.isNew()) {
            message.append("; the session \"").append(session).append("\" is lost: its next call begins anew");
        }
        if (ended.restarted()) {
            message.append(message.isEmpty() ? "" : "; ")
                    .append("the session \"")
                    .append(session)
                    .append("\" had died: this call began with a new interpreter");
        }
        return message.toString();
    }
}
