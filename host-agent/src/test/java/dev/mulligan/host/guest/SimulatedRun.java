package dev.mulligan.host.guest;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import dev.mulligan.proto.guest.v1.Exited;
import dev.mulligan.proto.guest.v1.Output;
import dev.mulligan.proto.guest.v1.RunRequest;
import dev.mulligan.proto.guest.v1.RunResponse;
import dev.mulligan.proto.guest.v1.Start;
import dev.mulligan.proto.guest.v1.Started;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One run of a program in a simulated guest. */
final class SimulatedRun implements StreamObserver<RunRequest>, SimulatedProgram.Run {
    private static final int KILL = 9;
    private static final int CHUNK = 4096;

    private final SimulatedDisk disk;
    private final Map<String, SimulatedProgram> programs;
    private final int pid;
    private final ServerCallStreamObserver<RunResponse> responses;
    private final Consumer<SimulatedRun> over;
    private final PipedOutputStream input = new PipedOutputStream();
    private final PipedInputStream stdin;
    private Start start = Start.getDefaultInstance();
    private volatile @Nullable Thread thread;
    private volatile int killedBy;

    SimulatedRun(
            SimulatedDisk disk,
            Map<String, SimulatedProgram> programs,
            int pid,
            ServerCallStreamObserver<RunResponse> responses,
            Consumer<SimulatedRun> over) {
        this.disk = disk;
        this.programs = programs;
        this.pid = pid;
        this.responses = responses;
        this.over = over;
        try {
            this.stdin = new PipedInputStream(input, 1 << 20);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        responses.setOnCancelHandler(this::kill);
        responses.setOnReadyHandler(this::wake);
    }

    @Override
    public void onNext(RunRequest request) {
        switch (request.getMessageCase()) {
            case START -> begin(request.getStart());
            case STDIN -> feed(request.getStdin().toByteArray());
            case CLOSE_STDIN -> endInput();
            case SIGNAL -> {
                killedBy = request.getSignal().getNumber();
                interrupt();
            }
            case RESIZE, MESSAGE_NOT_SET -> {}
        }
    }

    private void begin(Start asked) {
        start = asked;
        String name = asked.getArguments(0);
        SimulatedProgram program = programs.get(name.substring(name.lastIndexOf('/') + 1));
        if (program == null) {
            over.accept(this);
            responses.onError(
                    Status.NOT_FOUND.withDescription("no program " + name).asRuntimeException());
            return;
        }
        responses.onNext(RunResponse.newBuilder()
                .setStarted(Started.newBuilder().setPid(pid))
                .build());
        thread = Thread.ofVirtual().name("program-" + name).start(() -> execute(program));
    }

    private void execute(SimulatedProgram program) {
        int code;
        try {
            code = program.run(this);
        } catch (Exception killed) {
            code = 128 + (killedBy == 0 ? KILL : killedBy);
        }
        over.accept(this);
        boolean signalled = killedBy != 0;
        synchronized (this) {
            if (!responses.isCancelled()) {
                responses.onNext(RunResponse.newBuilder()
                        .setExited(Exited.newBuilder()
                                .setReason(signalled ? Exited.Reason.SIGNAL : Exited.Reason.EXIT)
                                .setExitCode(code)
                                .setSignal(killedBy)
                                .setCpuTime(Duration.newBuilder().setNanos(1_000_000)))
                        .build());
                responses.onCompleted();
            }
        }
    }

    private void feed(byte[] data) {
        try {
            input.write(data);
        } catch (IOException closed) {
            // The program has ended.
        }
    }

    private void endInput() {
        try {
            input.close();
        } catch (IOException ignored) {
            // The program has ended.
        }
    }

    private synchronized void wake() {
        notifyAll();
    }

    void kill() {
        killedBy = KILL;
        interrupt();
    }

    private void interrupt() {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        } else {
            over.accept(this);
        }
    }

    private synchronized void print(Output.Stream stream, String text) throws InterruptedException {
        ByteString rest = ByteString.copyFromUtf8(text);
        while (!rest.isEmpty()) {
            while (!responses.isReady()) {
                if (responses.isCancelled()) {
                    throw new InterruptedException();
                }
                wait(100);
            }
            ByteString chunk = rest.substring(0, Math.min(CHUNK, rest.size()));
            rest = rest.substring(chunk.size());
            responses.onNext(RunResponse.newBuilder()
                    .setOutput(Output.newBuilder().setStream(stream).setData(chunk))
                    .build());
        }
    }

    @Override
    public void onError(Throwable problem) {
        kill();
    }

    @Override
    public void onCompleted() {
        endInput();
    }

    @Override
    public List<String> arguments() {
        return start.getArgumentsList();
    }

    @Override
    public Map<String, String> environment() {
        return start.getEnvironmentMap();
    }

    @Override
    public String user() {
        return start.getUser();
    }

    @Override
    public java.time.Duration longest() {
        Duration time = start.getLimits().getTime();
        return java.time.Duration.ofSeconds(time.getSeconds(), time.getNanos());
    }

    @Override
    public SimulatedDisk disk() {
        return disk;
    }

    @Override
    public InputStream stdin() {
        return stdin;
    }

    @Override
    public void stdout(String text) throws InterruptedException {
        print(Output.Stream.STDOUT, text);
    }

    @Override
    public void stderr(String text) throws InterruptedException {
        print(Output.Stream.STDERR, text);
    }
}
