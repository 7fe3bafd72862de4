package dev.mulligan.host.service;

import static dev.mulligan.host.service.ServiceFixture.await;
import static dev.mulligan.host.service.ServiceFixture.failure;
import static dev.mulligan.host.service.ServiceFixture.info;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.mulligan.host.guest.GuestPath;
import dev.mulligan.proto.host.v1.AuditServiceGrpc;
import dev.mulligan.proto.host.v1.BuildImageRequest;
import dev.mulligan.proto.host.v1.CallResult;
import dev.mulligan.proto.host.v1.CreateSandboxRequest;
import dev.mulligan.proto.host.v1.DispatchRequest;
import dev.mulligan.proto.host.v1.EvaluateEnded;
import dev.mulligan.proto.host.v1.EvaluateRequest;
import dev.mulligan.proto.host.v1.EvaluateResponse;
import dev.mulligan.proto.host.v1.EvaluateStart;
import dev.mulligan.proto.host.v1.ExecRequest;
import dev.mulligan.proto.host.v1.ExecResponse;
import dev.mulligan.proto.host.v1.ExecStart;
import dev.mulligan.proto.host.v1.ExportAuditRequest;
import dev.mulligan.proto.host.v1.GetStatusRequest;
import dev.mulligan.proto.host.v1.HostServiceGrpc;
import dev.mulligan.proto.host.v1.ImageServiceGrpc;
import dev.mulligan.proto.host.v1.PythonCall;
import dev.mulligan.proto.host.v1.QueryAuditRequest;
import dev.mulligan.proto.host.v1.ReadFileRequest;
import dev.mulligan.proto.host.v1.SandboxServiceGrpc;
import dev.mulligan.proto.host.v1.ShellCall;
import dev.mulligan.proto.host.v1.TaskServiceGrpc;
import dev.mulligan.proto.host.v1.TaskSpec;
import dev.mulligan.proto.host.v1.ToolCall;
import dev.mulligan.proto.host.v1.WatchFilesRequest;
import dev.mulligan.proto.host.v1.WatchTaskRequest;
import dev.mulligan.proto.host.v1.WatchTaskResponse;
import dev.mulligan.proto.host.v1.WriteFileRequest;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams go as fast as their reader, in both directions, and end when it is gone. */
final class StreamsTest {
    /** What may be under way: HTTP/2 windows of both sides and the socket between. */
    private static final long UNDER_WAY = 4 << 20;

    @TempDir
    Path directory;

    private ServiceFixture fixture;
    private Channel channel;

    @BeforeEach
    void start() throws Exception {
        fixture = new ServiceFixture(directory);
        channel = fixture.connect();
        var create = SandboxServiceGrpc.newBlockingV2Stub(channel)
                .create(CreateSandboxRequest.newBuilder().setName("one").build());
        while (create.read() != null) {
            // To its end.
        }
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void aProgramsStreams() throws Exception {
        var call = exec("cat");
        assertThat(read(call).getStarted().getPid()).isEqualTo(42);
        call.write(stdin("one"));
        assertThat(read(call).getOutput().getData().toStringUtf8()).isEqualTo("one");
        call.write(ExecRequest.newBuilder()
                .setCloseStdin(ExecRequest.CloseStdin.getDefaultInstance())
                .build());
        assertThat(read(call).getExited().getExitCode()).isZero();
        assertThat(call.read()).isNull();

        assertThat(fixture.sandboxes.openSessions).hasValue(0);
        assertThat(fixture.recorded).singleElement().satisfies(entry -> {
            assertThat(entry.kind()).isEqualTo("sandbox.exec");
            assertThat(entry.details()).containsEntry("program", "cat").containsKey("arguments_sha256");
        });
    }

    @Test
    void codeIsEvaluatedAndItsSessionIsOnRecord() throws Exception {
        var call = evaluate("wait", "mine");
        assertThat(call.read().getOutput().getData().toStringUtf8()).isEqualTo("wait\n");
        call.write(EvaluateRequest.newBuilder()
                .setInterrupt(EvaluateRequest.Interrupt.getDefaultInstance())
                .build());
        EvaluateEnded ended = call.read().getEnded();
        assertThat(ended.getOutcome()).isEqualTo(CallResult.Outcome.CALL_INTERRUPTED);
        assertThat(ended.getSessionRestarted()).isTrue();
        assertThat(ended.getResults(0).getDataOrThrow("text/plain").toStringUtf8())
                .isEqualTo("mine");
        assertThat(ended.getResults(0).getDataOrThrow("image/png").size()).isEqualTo(2);
        assertThat(call.read()).isNull();
        assertThat(fixture.sandboxes.openSessions).hasValue(0);
        assertThat(fixture.recorded).singleElement().satisfies(entry -> {
            assertThat(entry.kind()).isEqualTo("sandbox.evaluate");
            assertThat(entry.details())
                    .containsEntry("session", "mine")
                    .containsEntry("language", "python")
                    .containsKey("arguments_sha256")
                    .doesNotContainValue("wait");
        });
    }

    @Test
    void evaluateRefusesWhatCannotBe() {
        assertThatThrownBy(() -> evaluate("1", "no such name").read()).hasMessageContaining("session");
        assertThat(fixture.recorded).isEmpty();
    }

    private BlockingClientCall<EvaluateRequest, EvaluateResponse> evaluate(String code, String session)
            throws Exception {
        var call = SandboxServiceGrpc.newBlockingV2Stub(channel).evaluate();
        call.write(EvaluateRequest.newBuilder()
                .setStart(EvaluateStart.newBuilder()
                        .setSandbox("one")
                        .setPython(PythonCall.newBuilder().setCode(code).setSession(session)))
                .build());
        return call;
    }

    @Test
    void aFailedProgramIsAnAnswer() throws Exception {
        var call = exec("fail", "3");
        read(call);
        assertThat(read(call).getOutput().getData().toStringUtf8()).isEqualTo("no");
        assertThat(read(call).getExited())
                .matches(exited -> exited.getExitCode() == 3)
                .matches(exited -> exited.getOutcome() == dev.mulligan.proto.host.v1.CallResult.Outcome.ERROR);
    }

    @Test
    void whoReadsNoOutputHoldsUpTheProgramAndNobodyElse() throws Exception {
        var call = exec("yes");
        read(call);
        FakeProcess program = fixture.sandboxes.guest.processes.getFirst();
        await("the program stands still", () -> standsStill(program.printed::get));

        assertThat(program.printed.get()).isBetween(1L, UNDER_WAY);
        answersOnTheSameConnection();

        call.cancel("enough", null);
        assertThat(program.killed.await(20, TimeUnit.SECONDS)).isTrue();
        await("the session is closed", () -> fixture.sandboxes.openSessions.get() == 0);
    }

    @Test
    void aProgramThatReadsNoInputHoldsUpItsClientAndNobodyElse() throws Exception {
        var call = exec("sink");
        read(call);
        ExecRequest chunk = ExecRequest.newBuilder()
                .setStdin(ByteString.copyFrom(new byte[32 << 10]))
                .build();
        long written = 0;
        try {
            while (written < 64 << 20 && call.write(chunk, 1, TimeUnit.SECONDS)) {
                written += 32 << 10;
            }
        } catch (java.util.concurrent.TimeoutException heldUp) {
            // As it should be.
        }

        assertThat(written).isLessThan(UNDER_WAY);
        answersOnTheSameConnection();

        FakeProcess program = fixture.sandboxes.guest.processes.getFirst();
        program.release.countDown();
        long sent = written;
        await("the input arrives", () -> program.taken.get() == sent);
        call.halfClose();
        assertThat(read(call).getExited().getExitCode()).isZero();
    }

    @Test
    void aClientThatGoesAwayWhileItsInputIsStuckKillsTheProgram() throws Exception {
        var call = exec("sink");
        read(call);
        call.write(stdin("a"));
        call.write(stdin("b"));
        call.write(stdin("c"));

        call.cancel("gone", null);

        assertThat(fixture.sandboxes.guest.processes.getFirst().killed.await(20, TimeUnit.SECONDS))
                .isTrue();
        await("the session is closed", () -> fixture.sandboxes.openSessions.get() == 0);
    }

    @Test
    void badInputEndsTheProgramAndSaysWhy() throws Exception {
        var call = exec("sink");
        read(call);
        call.write(ExecRequest.newBuilder().setSignal(99).build());

        StatusException failed = failure(call::read);

        assertThat(failed.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failed).hasMessageContaining("signal: 99 (expected: 1 to 64)");
    }

    @Test
    void aSignalReachesTheProgram() throws Exception {
        var call = exec("sink");
        read(call);
        call.write(ExecRequest.newBuilder().setSignal(15).build());
        assertThat(read(call).getExited().getExitCode()).isEqualTo(143);
    }

    @Test
    void execMustBeginWithStart() {
        StatusException failed = failure(() -> {
            var call = SandboxServiceGrpc.newBlockingV2Stub(channel).exec();
            call.write(stdin("early"));
            call.read();
        });
        assertThat(failed.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(fixture.sandboxes.guest.processes).isEmpty();
    }

    @Test
    void aSlowWatcherHoldsUpNoOther() throws Exception {
        var tasks = TaskServiceGrpc.newBlockingV2Stub(channel);
        dispatch("endless");
        WatchTaskRequest request =
                WatchTaskRequest.newBuilder().setTaskId("endless").build();
        var slow = tasks.watch(request);
        assertThat(slow.read()).isNotNull();
        await("the slow one is held up", () -> standsStill(fixture.tasks.delivered::get));
        assertThat(fixture.tasks.delivered.get()).isLessThan(UNDER_WAY);

        var fast = tasks.watch(request);
        for (int i = 1; i <= 500; i++) {
            WatchTaskResponse event = fast.read();
            assertThat(event).isNotNull();
            assertThat(event.getSequence()).isEqualTo(i);
        }

        slow.cancel("enough", null);
        fast.cancel("enough", null);
        assertThat(fixture.tasks.watchClosed.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aWatchEndsWithItsTask() throws Exception {
        dispatch("ends");
        var watch = TaskServiceGrpc.newBlockingV2Stub(channel)
                .watch(WatchTaskRequest.newBuilder()
                        .setTaskId("ends")
                        .setFromSequence(2)
                        .build());
        List<Long> sequences = new ArrayList<>();
        for (WatchTaskResponse event = watch.read(); event != null; event = watch.read()) {
            sequences.add(event.getSequence());
        }
        assertThat(sequences).containsExactly(2L, 3L);
    }

    @Test
    void aCancelledCreationIsInterrupted() throws Exception {
        var create = SandboxServiceGrpc.newBlockingV2Stub(channel)
                .create(CreateSandboxRequest.newBuilder().setImage("slow").build());
        var first = create.read();
        assertThat(first).isNotNull();
        assertThat(first.getProgress()).isEqualTo("booting");

        create.cancel("enough", null);

        assertThat(fixture.sandboxes.creationInterrupted.await(20, TimeUnit.SECONDS))
                .isTrue();
    }

    @Test
    void aDeadlineInterruptsABuild() throws Exception {
        var build = ImageServiceGrpc.newBlockingV2Stub(channel)
                .withDeadlineAfter(8, TimeUnit.SECONDS)
                .build(BuildImageRequest.newBuilder().setRecipe("endless").build());
        var progress = build.read();
        assertThat(progress).isNotNull();
        assertThat(progress.getProgress().getFraction()).isEqualTo(0.25);

        assertThat(failure(build::read).getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(fixture.images.interrupted.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aLongFailureKeepsItsHeadAndItsLastLine() throws Exception {
        var build = ImageServiceGrpc.newBlockingV2Stub(channel)
                .build(BuildImageRequest.newBuilder().setRecipe("base").build());
        build.read();

        StatusException failed = failure(build::read);

        assertThat(failed.getStatus().getCode()).isEqualTo(Status.Code.ABORTED);
        assertThat(failed.getStatus().getDescription())
                .startsWith("build failed: long line")
                .endsWith("the last line");
        assertThat(info(failed).getReason()).isEqualTo("BUILD_FAILED");
    }

    @Test
    void filesGoInAndOutWhole() throws Exception {
        byte[] content = new byte[5_000_003];
        new java.util.Random(1).nextBytes(content);
        var write = SandboxServiceGrpc.newBlockingV2Stub(channel).writeFile();
        write.write(WriteFileRequest.newBuilder()
                .setHeader(
                        WriteFileRequest.Header.newBuilder().setSandbox("one").setPath("/home/agent/a"))
                .build());
        for (int i = 0; i < content.length; i += 100_000) {
            write.write(WriteFileRequest.newBuilder()
                    .setData(ByteString.copyFrom(content, i, Math.min(100_000, content.length - i)))
                    .build());
        }
        write.halfClose();
        var written = write.read();
        assertThat(written).isNotNull();
        assertThat(written.getFile().getSize()).isEqualTo(content.length);
        assertThat(fixture.recorded).extracting("kind").containsExactly("sandbox.file_written");

        var read = SandboxServiceGrpc.newBlockingV2Stub(channel)
                .readFile(ReadFileRequest.newBuilder()
                        .setSandbox("one")
                        .setPath("/home/agent/a")
                        .build());
        ByteString all = ByteString.empty();
        for (var chunk = read.read(); chunk != null; chunk = read.read()) {
            assertThat(chunk.getData().size()).isBetween(1, 256 << 10);
            all = all.concat(chunk.getData());
        }
        assertThat(all.toByteArray()).isEqualTo(content);
    }

    @Test
    void aBrokenUploadWritesNothing() throws Exception {
        var write = SandboxServiceGrpc.newBlockingV2Stub(channel).writeFile();
        write.write(WriteFileRequest.newBuilder()
                .setHeader(
                        WriteFileRequest.Header.newBuilder().setSandbox("one").setPath("/b"))
                .build());
        write.write(WriteFileRequest.newBuilder()
                .setData(ByteString.copyFromUtf8("half"))
                .build());
        await("it has begun", () -> fixture.sandboxes.openSessions.get() == 1);

        write.cancel("gone", null);

        await("the session is closed", () -> fixture.sandboxes.openSessions.get() == 0);
        assertThat(fixture.sandboxes.guest.contents).doesNotContainKey(GuestPath.of("/b"));
    }

    @Test
    void aWatchOfFilesIsClosedWithItsCall() throws Exception {
        var watch = SandboxServiceGrpc.newBlockingV2Stub(channel)
                .watchFiles(WatchFilesRequest.newBuilder()
                        .setSandbox("one")
                        .setPath("/home")
                        .build());
        watch.read();
        var created = watch.read();
        assertThat(created).isNotNull();
        assertThat(created.getPath()).isEqualTo("/home/new");

        watch.cancel("enough", null);

        await("the watch is closed", fixture.sandboxes.guest.openWatches::isEmpty);
    }

    @Test
    void theRecordCanBeFollowed() throws Exception {
        var follow = AuditServiceGrpc.newBlockingV2Stub(channel)
                .query(QueryAuditRequest.newBuilder().setFollow(true).build());
        var first = exec("echo", "hi");
        while (first.read() != null) {
            // To its end.
        }
        var entry = follow.read();
        assertThat(entry).isNotNull();
        assertThat(entry.getEntry().getKind()).isEqualTo("sandbox.exec");
        follow.cancel("enough", null);
    }

    @Test
    void anExportComesInChunks() throws Exception {
        var export = AuditServiceGrpc.newBlockingV2Stub(channel).export(ExportAuditRequest.getDefaultInstance());
        long bytes = 0;
        int chunks = 0;
        for (var chunk = export.read(); chunk != null; chunk = export.read()) {
            bytes += chunk.getData().size();
            chunks++;
        }
        assertThat(bytes).isEqualTo(720_000);
        assertThat(chunks).isEqualTo(3);
    }

    private void answersOnTheSameConnection() throws StatusException {
        assertThat(HostServiceGrpc.newBlockingV2Stub(channel)
                        .withDeadlineAfter(10, TimeUnit.SECONDS)
                        .getStatus(GetStatusRequest.getDefaultInstance())
                        .getVersion())
                .isEqualTo("0.1");
    }

    private void dispatch(String name) throws StatusException {
        assertThat(TaskServiceGrpc.newBlockingV2Stub(channel)
                        .dispatch(DispatchRequest.newBuilder()
                                .setTaskId(name)
                                .setTask(TaskSpec.newBuilder()
                                        .setName(name)
                                        .addCalls(ToolCall.newBuilder()
                                                .setShell(ShellCall.newBuilder().setCommand("true"))))
                                .build())
                        .getExisting())
                .isFalse();
    }

    private BlockingClientCall<ExecRequest, ExecResponse> exec(String... arguments) throws Exception {
        var call = SandboxServiceGrpc.newBlockingV2Stub(channel).exec();
        call.write(ExecRequest.newBuilder()
                .setStart(ExecStart.newBuilder().setSandbox("one").addAllArguments(List.of(arguments)))
                .build());
        return call;
    }

    private static ExecRequest stdin(String text) {
        return ExecRequest.newBuilder().setStdin(ByteString.copyFromUtf8(text)).build();
    }

    private static ExecResponse read(BlockingClientCall<?, ExecResponse> call) throws Exception {
        ExecResponse response = call.read();
        if (response == null) {
            throw new IOException("the stream has ended");
        }
        return response;
    }

    /** Two looks, some time apart, show the same. */
    private static boolean standsStill(java.util.function.LongSupplier counter) {
        long before = counter.getAsLong();
        try {
            TimeUnit.MILLISECONDS.sleep(200);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return before > 0 && counter.getAsLong() == before;
    }
}
