package dev.mulligan.host.task;

import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.audit.AuditLog;
import dev.mulligan.host.guest.MimeBundle;
import dev.mulligan.host.sandbox.GuestSession;
import dev.mulligan.host.sandbox.Sandboxes;
import dev.mulligan.host.scope.Decision;
import dev.mulligan.host.scope.Effect;
import dev.mulligan.host.scope.Recording;
import dev.mulligan.host.scope.ResolvedLimits;
import dev.mulligan.host.scope.ResolvedScope;
import dev.mulligan.host.task.CallResult.Outcome;
import dev.mulligan.host.tool.CallDigest;
import dev.mulligan.host.tool.CallText;
import dev.mulligan.host.tool.ToolCall;
import dev.mulligan.host.tool.Tools;
import dev.mulligan.host.tool.Workplace;
import dev.mulligan.vm.Checkpoint;
import dev.mulligan.vm.CheckpointId;
import dev.mulligan.vm.CheckpointKind;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;

/** One call of a task: decide, record, checkpoint, run, record. */
final class CallRun {
    private final Task task;
    private final ResolvedScope scope;
    private final GuestSession session;
    private final Sandboxes sandboxes;
    private final AuditLog audit;
    private final TaskEvents events;
    private final Tools tools;
    private final StopSignal stop;
    private final Duration obedience;
    private final ThreadFactory threads;
    private final Asking asking;

    CallRun(Task task, ResolvedScope scope, GuestSession session, TaskParts parts, StopSignal stop) {
        this.task = task;
        this.scope = scope;
        this.session = session;
        this.sandboxes = parts.sandboxes();
        this.audit = parts.audit();
        this.events = parts.events();
        this.tools = parts.tools();
        this.obedience = parts.options().obedience();
        this.threads = parts.threads();
        this.stop = stop;
        this.asking = new Asking(task, scope, session, parts, stop);
    }

    /**
     * How a call ended.
     *
     * @param disobedient the guest did not let it end
     * @param goesOn the task goes on with its next call, though this one is not OK: a person said so
     * @param digests of what was printed: see {@link OutputPipe#digests}
     */
    record Done(
            CallResult result,
            List<MimeBundle> results,
            boolean disobedient,
            boolean goesOn,
            Map<String, String> digests) {}

    Done run(int index, ToolCall call) throws Exception {
        Decision decision = scope.decide(call.facts());
        audit.append(about("call.decided", call)
                .withDecision(call.tool().label(), decision.verdict(), decision.rule())
                .withDetails(facts(index, call)));
        Done done = switch (decision) {
            case Decision.Deny deny -> denied(index, call, deny.rule() + ": " + deny.reason(), false);
            case Decision.Ask ask ->
                switch (asking.ask(index, call, ask)) {
                    case Asking.Answered.Run run -> carryOut(index, run.call(), run.limits());
                    case Asking.Answered.Edited edited -> {
                        audit.append(about("call.decided", edited.call())
                                .withDecision(
                                        edited.call().tool().label(),
                                        Effect.ALLOW.label(),
                                        edited.ruling().rule())
                                .withDetails(facts(index, edited)));
                        yield carryOut(index, edited.call(), edited.limits());
                    }
                    case Asking.Answered.No no -> denied(index, call, no.why(), no.goesOn());
                };
            case Decision.Allow allow -> carryOut(index, call, allow.limits());
        };
        audit.append(about("call.ended", call).withDetails(outcome(index, done)));
        return done;
    }

    private static Done denied(int index, ToolCall call, String why, boolean goesOn) {
        return new Done(
                new CallResult(index, call.tool(), Outcome.DENIED, 0, why, Duration.ZERO, 0, Optional.empty(), ""),
                List.of(),
                false,
                goesOn,
                Map.of());
    }

    private Done carryOut(int index, ToolCall call, ResolvedLimits limits) {
        Optional<CheckpointId> checkpoint =
                tools.canWrite(call) ? Optional.of(checkpoint(index, call)) : Optional.empty();
        events.append(task.id(), new EventBody.Started(index, call.tool(), checkpoint));
        Duration time = call.time().orElse(limits.time());
        long begin = System.nanoTime();
        AtomicReference<Supervisor> supervisor = new AtomicReference<>();
        try (OutputPipe output = new OutputPipe(
                index,
                limits.output().bytes(),
                () -> supervisor.get().stop(Outcome.OUTPUT_LIMIT),
                batch -> events.append(task.id(), batch),
                threads)) {
            Map<String, String> environment = session.sandbox().environment();
            supervisor.set(new Supervisor(
                    () -> tools.run(call, new Workplace(session.guest(), environment, limits, output)),
                    stop,
                    obedience,
                    threads));
            Supervisor.Ending ending = supervisor.get().run(time);
            // Before the result is told: what the call printed is told first.
            output.finish();
            return new Done(
                    new CallResult(
                            index,
                            call.tool(),
                            ending.outcome(),
                            ending.exitCode(),
                            ending.message(),
                            Duration.ofNanos(System.nanoTime() - begin),
                            output.printed(),
                            checkpoint,
                            value(ending.results())),
                    ending.results(),
                    ending.disobedient(),
                    false,
                    output.digests());
        }
    }

    /** The beginning of it, and no half character. */
    private static String value(List<MimeBundle> results) {
        String text = results.stream().findFirst().flatMap(MimeBundle::text).orElse("");
        if (text.length() <= CallResult.LONGEST_VALUE) {
            return text;
        }
        int end = CallResult.LONGEST_VALUE;
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end);
    }

    private CheckpointId checkpoint(int index, ToolCall call) {
        String label = Labels.beforeCall(index, call.tool(), task);
        Checkpoint taken = sandboxes.checkpoint(
                session.sandbox().id(), CheckpointKind.DISK, label, Optional.of(task.id()), task.actor());
        return taken.id();
    }

    private AuditEvent about(String kind, ToolCall call) {
        return AuditEvent.of(kind, task.actor())
                .withTask(task.id())
                .withSandbox(session.sandbox().id())
                .withDecision(call.tool().label(), "", "");
    }

    private Map<String, String> facts(int index, ToolCall call) {
        CallDigest digest = CallDigest.of(call);
        Map<String, String> facts = new HashMap<>();
        facts.put("call", Integer.toString(index));
        facts.put("arguments_sha256", digest.sha256());
        facts.put("arguments_bytes", Long.toString(digest.length()));
        facts.put("root", Boolean.toString(call.root()));
        if (scope.recording() == Recording.FULL) {
            facts.put(AuditEvent.ARGUMENTS, CallText.arguments(call));
        }
        call.inSession().ifPresent(session -> facts.put("session", session.value()));
        facts.putAll(CallText.paths(call));
        return facts;
    }

    /** Of a call that a person has put in the place of the one that was asked about. */
    private Map<String, String> facts(int index, Asking.Answered.Edited edited) {
        Map<String, String> facts = facts(index, edited.call());
        facts.put("approval", edited.approval().value());
        facts.put("edited_by", edited.actor().toString());
        facts.put("ruling", edited.ruling().verdict());
        return facts;
    }

    private static Map<String, String> outcome(int index, Done done) {
        Map<String, String> outcome = new HashMap<>();
        outcome.put("call", Integer.toString(index));
        outcome.put("outcome", done.result().outcome().name());
        outcome.put("exit_code", Integer.toString(done.result().exitCode()));
        outcome.put("output_bytes", Long.toString(done.result().outputBytes()));
        outcome.putAll(done.digests());
        if (!done.results().isEmpty()) {
            CallDigest digest = CallDigest.of(done.results());
            outcome.put("results_sha256", digest.sha256());
            outcome.put("results_bytes", Long.toString(digest.length()));
        }
        return outcome;
    }
}
