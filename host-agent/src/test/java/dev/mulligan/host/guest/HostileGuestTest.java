package dev.mulligan.host.guest;

import static dev.mulligan.host.guest.GuestTest.assertFails;
import static dev.mulligan.host.guest.GuestTest.program;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.guest.Guest.WriteOptions;
import dev.mulligan.proto.guest.v1.EvaluateRequest;
import dev.mulligan.proto.guest.v1.EvaluateResponse;
import dev.mulligan.proto.guest.v1.Evaluated;
import dev.mulligan.proto.guest.v1.Exited;
import dev.mulligan.proto.guest.v1.FileInfo;
import dev.mulligan.proto.guest.v1.FileServiceGrpc;
import dev.mulligan.proto.guest.v1.ListRequest;
import dev.mulligan.proto.guest.v1.ListResponse;
import dev.mulligan.proto.guest.v1.Output;
import dev.mulligan.proto.guest.v1.ProcessServiceGrpc;
import dev.mulligan.proto.guest.v1.ReadRequest;
import dev.mulligan.proto.guest.v1.ReadResponse;
import dev.mulligan.proto.guest.v1.RestoreRequest;
import dev.mulligan.proto.guest.v1.RestoreResponse;
import dev.mulligan.proto.guest.v1.RunRequest;
import dev.mulligan.proto.guest.v1.RunResponse;
import dev.mulligan.proto.guest.v1.SessionServiceGrpc;
import dev.mulligan.proto.guest.v1.Started;
import dev.mulligan.proto.guest.v1.StatRequest;
import dev.mulligan.proto.guest.v1.StatResponse;
import dev.mulligan.proto.guest.v1.ThrownError;
import dev.mulligan.proto.guest.v1.WatchRequest;
import dev.mulligan.proto.guest.v1.WatchResponse;
import dev.mulligan.proto.guest.v1.WriteRequest;
import dev.mulligan.proto.guest.v1.WriteResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A guest that says what it likes. Whatever it says, the host has an error with a code and goes on. */
@Timeout(240)
final class HostileGuestTest {
    private static final GuestPath DIRECTORY = GuestPath.of("/home/agent");

    @TempDir
    private Path directory;

    private final Script script = new Script();
    private final SimulatedSystem system = new SimulatedSystem();
    private PortServer server;
    private GuestConnector connector;
    private GuestLink link;

    @BeforeEach
    void connect() {
        server = new PortServer(
                directory.resolve("port"), List.of(system, script.processes, script.files, script.sessions));
        GuestTimeouts timeouts = new GuestTimeouts(
                java.time.Duration.ofSeconds(10),
                java.time.Duration.ofSeconds(15),
                java.time.Duration.ofSeconds(30),
                java.time.Duration.ofMillis(100),
                java.time.Duration.ofSeconds(20));
        connector = GuestConnector.overUnixSockets(timeouts, Clock.systemUTC());
        link = connector.connect(directory.resolve("port"));
    }

    @AfterEach
    void close() {
        // It may have said anything: the connection still serves.
        assertThat(link.guest().health().version()).isEqualTo("0.1.0");
        assertThat(server.connections()).isEqualTo(1);
        link.close();
        connector.close();
        server.close();
    }

    static Stream<List<RunResponse>> brokenRuns() {
        return Stream.of(
                List.of(),
                List.of(started(7)),
                List.of(started(-1), exited(0)),
                List.of(started(7), started(8), exited(0)),
                List.of(output(1), started(7), exited(0)),
                List.of(exited(0)),
                List.of(started(7), RunResponse.getDefaultInstance()),
                List.of(started(7), output(0)),
                List.of(started(7), output(65_537)),
                List.of(started(7), outputOf(Output.Stream.STREAM_UNSPECIFIED)),
                List.of(started(7), exited(-1)),
                List.of(started(7), exited(256)),
                List.of(started(7), exit(e -> e.setReason(Exited.Reason.REASON_UNSPECIFIED))),
                List.of(started(7), exit(e -> e.setReasonValue(99))),
                List.of(started(7), exit(e -> e.setSignal(-9))),
                List.of(started(7), exit(e -> e.setPeakMemoryBytes(-1))),
                List.of(started(7), exit(e -> e.setCpuTime(Duration.newBuilder().setSeconds(-1)))),
                List.of(started(7), exit(e -> e.setCpuTime(Duration.newBuilder().setSeconds(Long.MAX_VALUE)))),
                List.of(started(7), exit(e -> e.setCpuTime(Duration.newBuilder().setNanos(Integer.MIN_VALUE)))));
    }

    @ParameterizedTest
    @MethodSource("brokenRuns")
    void aRunThatBreaksTheOrderOrTheBounds(List<RunResponse> answers) {
        script.run = observer -> {
            answers.forEach(observer::onNext);
            observer.onCompleted();
        };
        assertFails(HostErrorCode.GUEST_MISBEHAVED, () -> run(new GuestTest.Output()));
    }

    static Stream<List<EvaluateResponse>> brokenEvaluations() {
        return Stream.of(
                List.of(),
                List.of(EvaluateResponse.getDefaultInstance()),
                List.of(printed(Output.Stream.STDOUT, 0)),
                List.of(printed(Output.Stream.STDERR, 65_537)),
                List.of(printed(Output.Stream.STREAM_UNSPECIFIED, 1)),
                List.of(ended(e -> e.setReason(Evaluated.Reason.REASON_UNSPECIFIED))),
                List.of(ended(e -> e.setReasonValue(99))),
                List.of(ended(e -> e.setExitCode(256))),
                List.of(ended(e -> e.setExitCode(-1))),
                List.of(ended(e -> {
                    for (int result = 0; result < 1001; result++) {
                        e.addResults(dev.mulligan.proto.guest.v1.MimeBundle.getDefaultInstance());
                    }
                })),
                List.of(ended(e -> e.addResults(dev.mulligan.proto.guest.v1.MimeBundle.newBuilder()
                        .putData("image/png", ByteString.copyFrom(new byte[(8 << 20) + 1]))))),
                List.of(ended(e -> e.addResults(dev.mulligan.proto.guest.v1.MimeBundle.newBuilder()
                        .putData("image/png", ByteString.copyFrom(new byte[10 << 20]))))),
                List.of(ended(e -> e.setError(ThrownError.newBuilder().setTraceback("x".repeat(300_001))))));
    }

    @ParameterizedTest
    @MethodSource("brokenEvaluations")
    void anEvaluationThatBreaksTheOrderOrTheBounds(List<EvaluateResponse> answers) {
        script.evaluate = observer -> {
            answers.forEach(observer::onNext);
            observer.onCompleted();
        };
        assertFails(HostErrorCode.GUEST_MISBEHAVED, () -> evaluate().await());
    }

    @Test
    void ofWhatCodeMadeUpTheHostKeepsWhatMakesSense() throws Exception {
        script.evaluate = observer -> {
            observer.onNext(ended(e -> e.setMessage("\u001b[2J\nred")
                    .setError(ThrownError.newBuilder().setName("E\u001b").setMessage("x".repeat(9000)))
                    .addResults(dev.mulligan.proto.guest.v1.MimeBundle.newBuilder()
                            .putData("text/plain", ByteString.copyFromUtf8("1"))
                            .putData("../../etc/passwd", ByteString.copyFromUtf8("2"))
                            .putData("", ByteString.copyFromUtf8("3")))));
            observer.onNext(ended(e -> e.setExitCode(9)));
            observer.onCompleted();
        };
        Evaluation evaluation = evaluate().await();
        assertThat(evaluation.exitCode()).isZero();
        assertThat(evaluation.message()).doesNotContain("\u001b", "\n");
        assertThat(evaluation.thrown().orElseThrow().name()).doesNotContain("\u001b");
        assertThat(evaluation.thrown().orElseThrow().message()).hasSizeLessThan(400);
        assertThat(evaluation.results().getFirst().data()).containsOnlyKeys("text/plain");
    }

    /** The guest got its interrupt and says nothing: that costs a bounded wait. */
    @Test
    void anEvaluationThatNeverEndsIsCutOff() {
        script.evaluate = observer -> {};
        GuestEvaluation evaluation = evaluate();
        long begin = System.nanoTime();
        evaluation.close();
        assertThat(java.time.Duration.ofNanos(System.nanoTime() - begin)).isLessThan(java.time.Duration.ofSeconds(20));
        assertFails(HostErrorCode.CANCELLED, evaluation::await);
    }

    private GuestEvaluation evaluate() {
        return link.guest()
                .evaluate(
                        new EvaluationSpec(
                                EvaluationSpec.Language.PYTHON,
                                "default",
                                "agent",
                                "1",
                                List.of(),
                                Map.of(),
                                ProcessSpec.ProcessLimits.NONE),
                        new GuestTest.Output());
    }

    private static EvaluateResponse printed(Output.Stream stream, int size) {
        return EvaluateResponse.newBuilder()
                .setOutput(Output.newBuilder().setStream(stream).setData(ByteString.copyFrom(new byte[size])))
                .build();
    }

    private static EvaluateResponse ended(Consumer<Evaluated.Builder> edit) {
        Evaluated.Builder ended = Evaluated.newBuilder().setReason(Evaluated.Reason.DONE);
        edit.accept(ended);
        return EvaluateResponse.newBuilder().setEnded(ended).build();
    }

    private ProcessExit run(Guest.OutputListener output) throws InterruptedException {
        return link.guest().start(program("x"), output).await();
    }

    @Test
    void theFirstExitCounts() throws Exception {
        script.run = observer -> {
            observer.onNext(started(7));
            observer.onNext(exited(3));
            observer.onNext(exited(0));
            observer.onNext(output(10));
        };
        GuestTest.Output output = new GuestTest.Output();
        assertThat(run(output).code()).isEqualTo(3);
        assertThat(output.text()).isEmpty();
    }

    @Test
    void aProgramThatNeverStarts() {
        script.run = observer -> {};
        assertFails(HostErrorCode.GUEST_UNREACHABLE, () -> run(new GuestTest.Output()));
    }

    @Test
    void aHugeMessageIsRefusedUnread() {
        script.run = observer -> {
            observer.onNext(started(7));
            observer.onNext(output(20 << 20));
        };
        assertFails(HostErrorCode.GUEST_MISBEHAVED, () -> run(new GuestTest.Output()));
    }

    @Test
    void endlessOutputEndsWhenTheHostSaysSo() throws Exception {
        script.run = observer -> {
            observer.onNext(started(7));
            // More than any window, and without asking whether anybody takes it.
            for (int count = 0; count < 2_000; count++) {
                observer.onNext(output(65_536));
            }
        };
        GuestTest.Output none = new GuestTest.Output();
        Limited limited = new Limited(1 << 20);
        GuestProcess process = link.guest().start(program("x"), limited);
        limited.full.join();
        process.cancel();
        assertFails(HostErrorCode.CANCELLED, process::await);
        assertThat(none.text()).isEmpty();
    }

    @Test
    void aListenerThatThrowsEndsItsRun() {
        script.run = observer -> {
            observer.onNext(started(7));
            observer.onNext(output(10));
            observer.onNext(exited(0));
            observer.onCompleted();
        };
        Guest.OutputListener broken = new Guest.OutputListener() {
            @Override
            public void stdout(byte[] data) {
                throw new IllegalStateException("the consumer has a bug");
            }

            @Override
            public void stderr(byte[] data) {}
        };
        assertFails(HostErrorCode.INTERNAL, () -> run(broken));
    }

    @Test
    void aTimeLimitThatTheGuestIgnoresIsKeptByTheHost() throws Exception {
        script.run = observer -> observer.onNext(started(7));
        ProcessSpec spec = new ProcessSpec(
                List.of("x"),
                java.util.Map.of(),
                "",
                "agent",
                java.util.Optional.empty(),
                new ProcessSpec.ProcessLimits(java.util.Optional.of(java.time.Duration.ofMillis(10)), 0, 0, 0));
        ProcessExit exit = link.guest().start(spec, new GuestTest.Output()).await();
        assertThat(exit.reason()).isEqualTo(ProcessExit.Reason.TIME_LIMIT);
        assertThat(exit.code()).isEqualTo(137);
    }

    static Stream<List<FileInfo>> brokenListings() {
        return Stream.of(
                List.of(file("/home/agent/../../etc/shadow")),
                List.of(file("/home/agent/..")),
                List.of(file("/home/agent/a/b")),
                List.of(file("/home/agent")),
                List.of(file("/etc/passwd")),
                List.of(file("a")),
                List.of(file("")),
                List.of(file("/home/agent/a\0b")),
                List.of(file("/home/agent/" + "n".repeat(300))),
                List.of(file("/home/agent/b"), file("/home/agent/a")),
                List.of(file("/home/agent/a"), file("/home/agent/a")),
                List.of(change(info -> info.setSize(-1))),
                List.of(change(info -> info.setMode(-1))),
                List.of(change(info -> info.setMode(0100644))),
                List.of(change(info -> info.setTypeValue(17))),
                List.of(change(info -> info.setType(FileInfo.Type.TYPE_UNSPECIFIED))),
                List.of(change(info -> info.setLinkTarget(ByteString.copyFrom(new byte[5_000])))),
                List.of(change(info -> info.setModified(Timestamp.newBuilder().setSeconds(Long.MIN_VALUE)))),
                List.of(change(info -> info.setModified(Timestamp.newBuilder().setNanos(-1)))));
    }

    @ParameterizedTest
    @MethodSource("brokenListings")
    void aListingOfWhatCannotBe(List<FileInfo> files) {
        script.list = observer -> {
            observer.onNext(ListResponse.newBuilder().addAllFiles(files).build());
            observer.onCompleted();
        };
        assertFails(HostErrorCode.GUEST_MISBEHAVED, () -> list(new ArrayList<>()));
    }

    private void list(List<GuestFile> seen) {
        boolean _ = link.guest().files().list(DIRECTORY, "agent", seen::add);
    }

    @Test
    void anEndlessListingIsBounded() {
        script.list = observer -> {
            for (int batch = 0; batch < 1_000; batch++) {
                ListResponse.Builder response = ListResponse.newBuilder();
                for (int count = 0; count < 256; count++) {
                    // In order, and of one length.
                    response.addFiles(file("/home/agent/" + (100_000_000 + batch * 256 + count)));
                }
                observer.onNext(response.build());
            }
        };
        List<GuestFile> seen = new ArrayList<>();
        assertFails(HostErrorCode.GUEST_MISBEHAVED, () -> list(seen));
        assertThat(seen).hasSizeLessThanOrEqualTo(Listing.MAXIMUM_ENTRIES);
    }

    @Test
    void tooManyEntriesAtATime() {
        script.list = observer -> {
            ListResponse.Builder response = ListResponse.newBuilder();
            for (int count = 0; count < 257; count++) {
                response.addFiles(file(String.format("/home/agent/%03d", count)));
            }
            observer.onNext(response.build());
        };
        assertFails(HostErrorCode.GUEST_MISBEHAVED, () -> list(new ArrayList<>()));
    }

    @Test
    void namesThatMoveACursorAreShownHarmlessly() {
        script.list = observer -> {
            observer.onNext(ListResponse.newBuilder()
                    .addFiles(change(info -> info.setPath(ByteString.copyFromUtf8("/home/agent/\u001b[2J"))
                            .setLinkTarget(ByteString.copyFromUtf8("\u001b]0;title\u0007"))))
                    .build());
            observer.onCompleted();
        };
        List<GuestFile> seen = new ArrayList<>();
        list(seen);
        assertThat(seen).singleElement().satisfies(file -> {
            assertThat(file.path()).hasToString("/home/agent/\\x1b[2J");
            assertThat(file.linkTarget()).isEqualTo("\\x1b]0;title\\x07");
        });
    }

    @Test
    void anAnswerAboutAnotherFile() {
        script.stat = StatResponse.newBuilder().setFile(file("/etc/shadow")).build();
        assertFails(HostErrorCode.GUEST_MISBEHAVED, () -> link.guest().files().stat(DIRECTORY, "agent"));
        assertFails(
                HostErrorCode.GUEST_MISBEHAVED,
                () -> link.guest()
                        .files()
                        .write(DIRECTORY, "agent", new WriteOptions(0, false), new ByteArrayInputStream(new byte[9])));
    }

    @Test
    void dataInPiecesThatAreTooLargeOrEmpty() {
        for (int size : new int[] {0, GuestCalls.LARGEST_PIECE + 1, 8 << 20}) {
            script.read = observer -> {
                observer.onNext(ReadResponse.newBuilder()
                        .setData(ByteString.copyFrom(new byte[size]))
                        .build());
                observer.onCompleted();
            };
            assertFails(
                    HostErrorCode.GUEST_MISBEHAVED,
                    () -> link.guest().files().read(DIRECTORY, "agent", new ByteArrayOutputStream()));
        }
    }

    @Test
    void aRestoreThatAnswersOtherQuestions() {
        GuestPath path = GuestPath.of("/home/agent/f");
        for (RestoreResponse response : List.of(
                RestoreResponse.getDefaultInstance(),
                restored("/etc/passwd", RestoreResponse.Restored.Outcome.REPLACED),
                restored("/home/agent/f", RestoreResponse.Restored.Outcome.OUTCOME_UNSPECIFIED))) {
            script.restore = response;
            assertFails(
                    HostErrorCode.GUEST_MISBEHAVED,
                    () -> link.guest().files().restore("disk", List.of(path), java.time.Duration.ofSeconds(5)));
        }
    }

    private static RestoreResponse restored(String path, RestoreResponse.Restored.Outcome outcome) {
        return RestoreResponse.newBuilder()
                .addRestored(RestoreResponse.Restored.newBuilder()
                        .setPath(ByteString.copyFromUtf8(path))
                        .setOutcome(outcome))
                .build();
    }

    @Test
    void aWatchOfSomethingElse() {
        script.watch = observer -> observer.onNext(WatchResponse.newBuilder()
                .setKind(WatchResponse.Kind.CREATED)
                .setPath(ByteString.copyFromUtf8("/etc/passwd"))
                .build());
        GuestTest.Watched watched = new GuestTest.Watched();
        AutoCloseable _ = link.guest().files().watch(DIRECTORY, "agent", true, watched);
        Await.until(() -> watched.ends.size() == 1);
        assertThat(watched.ends.getFirst()).contains("broke the protocol");
        assertThat(watched.events).isEmpty();
    }

    @Test
    void aCallThatIsNeverAnsweredHasADeadline() {
        script.stat = StatResponse.getDefaultInstance();
        script.mute = true;
        assertFails(HostErrorCode.GUEST_UNREACHABLE, () -> link.guest().files().stat(DIRECTORY, "agent"));
    }

    @Test
    void wordsOfAGuestAreShortenedAndMadeHarmless() {
        script.error = Status.NOT_FOUND.withDescription("\u001b[31m" + "very sorry ".repeat(500));
        assertThatExceptionOfType(HostException.class)
                .isThrownBy(() -> link.guest().files().stat(DIRECTORY, "agent"))
                .matches(problem -> problem.code() == HostErrorCode.NO_SUCH_FILE)
                .matches(problem -> problem.getMessage().length() < 600)
                .matches(problem -> problem.getMessage().chars().noneMatch(Character::isISOControl))
                .withMessageContaining("/home/agent");
        for (Status status : List.of(Status.INTERNAL, Status.UNKNOWN, Status.DATA_LOSS, Status.UNIMPLEMENTED)) {
            script.error = status;
            assertFails(
                    HostErrorCode.GUEST_MISBEHAVED, () -> link.guest().files().stat(DIRECTORY, "agent"));
        }
    }

    private static RunResponse started(int pid) {
        return RunResponse.newBuilder()
                .setStarted(Started.newBuilder().setPid(pid))
                .build();
    }

    private static RunResponse output(int size) {
        return RunResponse.newBuilder()
                .setOutput(Output.newBuilder()
                        .setStream(Output.Stream.STDOUT)
                        .setData(ByteString.copyFrom(new byte[size])))
                .build();
    }

    private static RunResponse outputOf(Output.Stream stream) {
        return RunResponse.newBuilder()
                .setOutput(Output.newBuilder().setStream(stream).setData(ByteString.copyFromUtf8("x")))
                .build();
    }

    private static RunResponse exited(int code) {
        return exit(exited -> exited.setExitCode(code));
    }

    private static RunResponse exit(Consumer<Exited.Builder> change) {
        Exited.Builder exited = Exited.newBuilder().setReason(Exited.Reason.EXIT);
        change.accept(exited);
        return RunResponse.newBuilder().setExited(exited).build();
    }

    private static FileInfo file(String path) {
        return change(info -> info.setPath(ByteString.copyFromUtf8(path)));
    }

    private static FileInfo change(Consumer<FileInfo.Builder> change) {
        FileInfo.Builder info = FileInfo.newBuilder()
                .setPath(ByteString.copyFromUtf8("/home/agent/f"))
                .setType(FileInfo.Type.REGULAR)
                .setMode(0644);
        change.accept(info);
        return info.build();
    }

    /** Counts output, and holds on when there is enough. */
    private static final class Limited implements Guest.OutputListener {
        private final java.util.concurrent.CompletableFuture<Boolean> full =
                new java.util.concurrent.CompletableFuture<>();
        private int left;

        private Limited(int limit) {
            this.left = limit;
        }

        @Override
        public void stdout(byte[] data) {
            left -= data.length;
            if (left < 0) {
                full.complete(true);
            }
        }

        @Override
        public void stderr(byte[] data) {}
    }

    /** What the guest says next. */
    private static final class Script {
        private volatile Consumer<StreamObserver<RunResponse>> run = observer -> {};
        private volatile Consumer<StreamObserver<EvaluateResponse>> evaluate = observer -> {};
        private volatile Consumer<StreamObserver<ListResponse>> list = observer -> {};
        private volatile Consumer<StreamObserver<ReadResponse>> read = observer -> {};
        private volatile Consumer<StreamObserver<WatchResponse>> watch = observer -> {};
        private volatile StatResponse stat = StatResponse.getDefaultInstance();
        private volatile RestoreResponse restore = RestoreResponse.getDefaultInstance();
        private volatile Status error = Status.OK;
        private volatile boolean mute;

        private final ProcessServiceGrpc.ProcessServiceImplBase processes =
                new ProcessServiceGrpc.ProcessServiceImplBase() {
                    @Override
                    public StreamObserver<RunRequest> run(StreamObserver<RunResponse> observer) {
                        run.accept(observer);
                        return new Ignoring<>();
                    }
                };

        private final SessionServiceGrpc.SessionServiceImplBase sessions =
                new SessionServiceGrpc.SessionServiceImplBase() {
                    @Override
                    public StreamObserver<EvaluateRequest> evaluate(StreamObserver<EvaluateResponse> observer) {
                        evaluate.accept(observer);
                        return new Ignoring<>();
                    }
                };

        private final FileServiceGrpc.FileServiceImplBase files = new FileServiceGrpc.FileServiceImplBase() {
            @Override
            public void list(ListRequest request, StreamObserver<ListResponse> observer) {
                list.accept(observer);
            }

            @Override
            public void read(ReadRequest request, StreamObserver<ReadResponse> observer) {
                read.accept(observer);
            }

            @Override
            public void watch(WatchRequest request, StreamObserver<WatchResponse> observer) {
                watch.accept(observer);
            }

            @Override
            public StreamObserver<WriteRequest> write(StreamObserver<WriteResponse> observer) {
                observer.onNext(
                        WriteResponse.newBuilder().setFile(file("/etc/shadow")).build());
                observer.onCompleted();
                return new Ignoring<>();
            }

            @Override
            public void stat(StatRequest request, StreamObserver<StatResponse> observer) {
                if (mute) {
                    return;
                }
                if (!error.isOk()) {
                    observer.onError(error.asRuntimeException());
                    return;
                }
                observer.onNext(stat);
                observer.onCompleted();
            }

            @Override
            public void restore(RestoreRequest request, StreamObserver<RestoreResponse> observer) {
                observer.onNext(restore);
                observer.onCompleted();
            }
        };
    }

    private static final class Ignoring<T> implements StreamObserver<T> {
        @Override
        public void onNext(T request) {}

        @Override
        public void onError(Throwable problem) {}

        @Override
        public void onCompleted() {}
    }
}
