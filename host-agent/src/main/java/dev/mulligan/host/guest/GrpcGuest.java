package dev.mulligan.host.guest;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.Printable;
import dev.mulligan.host.guest.EvaluationSpec.Language;
import dev.mulligan.proto.guest.v1.EndSessionRequest;
import dev.mulligan.proto.guest.v1.EvaluateRequest;
import dev.mulligan.proto.guest.v1.GetCapabilitiesRequest;
import dev.mulligan.proto.guest.v1.GetCapabilitiesResponse;
import dev.mulligan.proto.guest.v1.GetHealthRequest;
import dev.mulligan.proto.guest.v1.GetHealthResponse;
import dev.mulligan.proto.guest.v1.ListSessionsRequest;
import dev.mulligan.proto.guest.v1.ListSessionsResponse;
import dev.mulligan.proto.guest.v1.PrepareRequest;
import dev.mulligan.proto.guest.v1.PrepareResponse;
import dev.mulligan.proto.guest.v1.ProcessServiceGrpc;
import dev.mulligan.proto.guest.v1.RunRequest;
import dev.mulligan.proto.guest.v1.Session;
import dev.mulligan.proto.guest.v1.SessionServiceGrpc;
import dev.mulligan.proto.guest.v1.SystemServiceGrpc;
import io.grpc.Channel;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A guest behind one connection. */
final class GrpcGuest implements Guest {
    private static final int CAPABILITIES_PATIENCE = 4;

    private static final int MOST_SESSIONS = 64;

    private final ProcessServiceGrpc.ProcessServiceStub processes;
    private final SessionServiceGrpc.SessionServiceStub sessions;
    private final SessionServiceGrpc.SessionServiceBlockingStub blockingSessions;
    private final SystemServiceGrpc.SystemServiceBlockingStub system;
    private final GuestCalls calls;
    private final GuestFiles files;
    private final GuestTimeouts timeouts;
    private final ScheduledExecutorService scheduler;
    private volatile @Nullable GetCapabilitiesResponse capabilities;

    GrpcGuest(Channel channel, GuestCalls calls, GuestTimeouts timeouts, ScheduledExecutorService scheduler) {
        this.processes = ProcessServiceGrpc.newStub(channel);
        this.sessions = SessionServiceGrpc.newStub(channel).withMaxInboundMessageSize(EvaluationMessages.LARGEST);
        this.blockingSessions = SessionServiceGrpc.newBlockingStub(channel);
        this.system = SystemServiceGrpc.newBlockingStub(channel);
        this.calls = calls;
        this.files = new GrpcGuestFiles(channel, calls);
        this.timeouts = timeouts;
        this.scheduler = scheduler;
    }

    @Override
    public GuestProcess start(ProcessSpec spec, OutputListener output) {
        RunRequest start = RunMessages.start(spec);
        GuestCall call =
                new GuestCall("program", Printable.of(spec.arguments().getFirst(), 200), HostErrorCode.NO_SUCH_PROGRAM);
        RunAnswers answers = new RunAnswers(output, call, calls.errors(), calls.streams());
        processes.run(answers);
        answers.begun();
        answers.sender().send(start);
        return new GrpcGuestProcess(answers, call, pid(answers, call), spec, scheduler);
    }

    private int pid(RunAnswers answers, GuestCall call) {
        try {
            return answers.started().get(timeouts.call().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            throw calls.errors().translate(cause == null ? failed : cause, call);
        } catch (TimeoutException late) {
            HostException why = HostException.of(HostErrorCode.GUEST_UNREACHABLE, "program not started")
                    .value(call.value())
                    .expected("a start within " + timeouts.call().toSeconds() + " s")
                    .remedy("try again; if it stays so, roll the sandbox back")
                    .cause(late)
                    .build();
            answers.fail(why);
            throw why;
        } catch (InterruptedException interrupted) {
            // It may have started, and only the answer is late: whoever does not want it any more wants it ended.
            GrpcGuestProcess.kill(answers);
            Thread.currentThread().interrupt();
            HostException why = HostException.of(HostErrorCode.CANCELLED, "interrupted while starting a program")
                    .value(call.value())
                    .cause(interrupted)
                    .build();
            answers.fail(why);
            throw why;
        }
    }

    @Override
    public GuestEvaluation evaluate(EvaluationSpec spec, OutputListener output) {
        EvaluateRequest start = EvaluationMessages.start(spec);
        GuestCall call =
                new GuestCall("code", spec.language().name().toLowerCase(Locale.ROOT), HostErrorCode.NO_SUCH_PROGRAM);
        EvaluationAnswers answers = new EvaluationAnswers(output, call, calls.errors(), calls.streams());
        sessions.evaluate(answers);
        answers.begun();
        answers.sender().send(start);
        return new GrpcGuestEvaluation(answers, call, spec, scheduler);
    }

    @Override
    public List<String> prepareSessions(Language language, String user, List<String> imports, int count) {
        PrepareRequest request = PrepareRequest.newBuilder()
                .setLanguage(EvaluationMessages.language(language))
                .setUser(user)
                .addAllImports(imports)
                .setCount(count)
                .build();
        PrepareResponse response = calls.askPatiently(
                blockingSessions, interpreter(language), calls.transfer(), stub -> stub.prepare(request));
        return response.getFailedImportsList().stream().map(GuestValues::word).toList();
    }

    @Override
    public void endSession(Language language, String user, String name) {
        EndSessionRequest request = EndSessionRequest.newBuilder()
                .setLanguage(EvaluationMessages.language(language))
                .setUser(user)
                .setName(name)
                .build();
        end(request, interpreter(language));
    }

    @Override
    public void endSessions() {
        GuestCall call = new GuestCall("sessions", "all", HostErrorCode.NO_SUCH_PROGRAM);
        ListSessionsResponse all =
                calls.ask(blockingSessions, call, stub -> stub.list(ListSessionsRequest.getDefaultInstance()));
        // A guest may tell of as many as it likes.
        for (Session one : all.getSessionsList().subList(0, Math.min(MOST_SESSIONS, all.getSessionsCount()))) {
            end(
                    EndSessionRequest.newBuilder()
                            .setLanguage(one.getLanguage())
                            .setUser(one.getUser())
                            .setName(one.getName())
                            .build(),
                    call);
        }
    }

    private void end(EndSessionRequest request, GuestCall call) {
        var _ = calls.ask(blockingSessions, call, stub -> stub.end(request));
    }

    private static GuestCall interpreter(Language language) {
        return new GuestCall("code", language.name().toLowerCase(Locale.ROOT), HostErrorCode.NO_SUCH_PROGRAM);
    }

    @Override
    public GuestFiles files() {
        return files;
    }

    @Override
    public GuestHealth health() {
        GetCapabilitiesResponse known = capabilities();
        GetHealthResponse health = calls.ask(
                system, GuestCall.system("health"), stub -> stub.getHealth(GetHealthRequest.getDefaultInstance()));
        return new GuestHealth(
                GuestValues.word(known.getVersion()),
                GuestValues.word(health.getBootId()),
                GuestValues.word(known.getKernel()),
                GuestValues.word(known.getOperatingSystem()),
                GuestValues.words(known.getCapabilitiesList()),
                GuestValues.words(known.getToolsMap()),
                Math.max(0, health.getMemoryAvailableBytes()),
                Math.max(0, health.getDiskAvailableBytes()));
    }

    /** Asked for when wanted, and once: a guest that has just booted takes seconds to ask each tool for its version. */
    private GetCapabilitiesResponse capabilities() {
        GetCapabilitiesResponse known = capabilities;
        if (known == null) {
            known = calls.ask(
                    system,
                    GuestCall.system("capabilities"),
                    timeouts.call().multipliedBy(CAPABILITIES_PATIENCE),
                    stub -> stub.getCapabilities(GetCapabilitiesRequest.getDefaultInstance()));
            capabilities = known;
        }
        return known;
    }
}
