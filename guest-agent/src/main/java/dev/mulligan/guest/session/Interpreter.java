package dev.mulligan.guest.session;

import com.google.protobuf.ByteString;
import dev.mulligan.guest.account.Accounts;
import dev.mulligan.guest.linux.Child;
import dev.mulligan.guest.linux.Descriptor;
import dev.mulligan.guest.linux.KernelException;
import dev.mulligan.guest.linux.Poll;
import dev.mulligan.guest.linux.Spawn;
import dev.mulligan.guest.process.LastingProgram;
import dev.mulligan.guest.process.ProcessTrees;
import dev.mulligan.proto.guest.v1.Output;
import dev.mulligan.proto.guest.v1.ProcessLimits;
import dev.mulligan.proto.guest.v1.Start;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A running interpreter: its process tree, our ends of its two outputs, and the control socket to its driver.
 *
 * <p>Between calls nobody reads its outputs: what is written there fills the pipes, and then its writer waits. For one
 * thread at a time, but for {@link #interrupt}, {@link #kill} and {@link #resynchronise}.
 */
final class Interpreter {
    private static final int SIGINT = 2;
    private static final int CHUNK = 64 * 1024;
    private static final int CONTROL = 0;
    private static final int PROCESS = 1;
    private static final int FIRST_OUTPUT = 2;
    private static final Output.Stream[] STREAMS = {Output.Stream.STDOUT, Output.Stream.STDERR};

    private final InterpreterKind kind;
    private final String user;
    private final LastingProgram program;
    private final Descriptor process;
    private final Descriptor control;
    private final Descriptor[] outputs;
    private final ReplyReader replies;
    private final MemorySegment buffer = Arena.ofAuto().allocate(CHUNK, 16);
    private final AtomicBoolean resynchronised = new AtomicBoolean();
    private int call;

    private Interpreter(
            InterpreterKind kind, String user, LastingProgram program, Descriptor control, Descriptor... outputs)
            throws KernelException {
        this.kind = kind;
        this.user = user;
        this.program = program;
        this.process = Child.watch(program.pid());
        this.control = control;
        this.outputs = outputs.clone();
        this.replies = new ReplyReader(control);
    }

    /** Receives what an interpreter prints. */
    interface Listener {
        void output(Output.Stream stream, ByteString data) throws InterruptedException;
    }

    /** Starts one; it is ready for the first request, and reads it when its driver runs. */
    static Interpreter start(InterpreterKind kind, String user, Accounts accounts, ProcessTrees trees)
            throws IOException {
        Descriptor.SocketPair control = Descriptor.socketPair();
        Descriptor.Pipe output = Descriptor.pipe();
        Descriptor.Pipe error = Descriptor.pipe();
        Interpreter interpreter;
        try {
            Start start = Start.newBuilder()
                    .addAllArguments(kind.command())
                    .setUser(user)
                    .build();
            LastingProgram program = LastingProgram.start(
                    start,
                    kind.program(),
                    new Spawn.Pipes(control.second(), output.writeEnd(), error.writeEnd()),
                    accounts,
                    trees);
            interpreter = new Interpreter(kind, user, program, control.first(), output.readEnd(), error.readEnd());
        } catch (IOException | RuntimeException e) {
            control.first().close();
            output.readEnd().close();
            error.readEnd().close();
            throw e;
        } finally {
            control.second().close();
            output.writeEnd().close();
            error.writeEnd().close();
        }
        interpreter.write(ControlFrames.driver(kind.driver()));
        return interpreter;
    }

    InterpreterKind kind() {
        return kind;
    }

    String user() {
        return user;
    }

    int pid() {
        return program.pid();
    }

    /** Whether it waits for a request: it has not ended, and the control socket is quiet. */
    boolean isReady() throws KernelException {
        try (Poll life = new Poll(List.of(control, process))) {
            life.look();
            return !life.isReady(CONTROL) && !life.isReady(PROCESS);
        }
    }

    void limit(ProcessLimits limits) throws IOException {
        program.limit(limits);
    }

    /** Begins a call. Blocks only if the interpreter does not read; killing it ends that. */
    void evaluate(EvaluateSpec spec) throws IOException {
        call++;
        write(ControlFrames.evaluate(call, resynchronised.getAndSet(false), kind.nameOf(call), spec));
    }

    /** Begins to import modules; the reply's message tells what failed. */
    void prepare(List<String> modules) throws IOException {
        call++;
        write(ControlFrames.prepare(call, modules));
    }

    private void write(byte[] frame) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            control.write(arena.allocateFrom(ValueLayout.JAVA_BYTE, frame));
        }
    }

    /**
     * Waits for the end of what was begun, and hands on what is printed until then: all that was written before the
     * reply has been handed on when this returns.
     *
     * @throws EOFException if the interpreter has ended
     * @throws GarbledException if it sent something else
     */
    Reply await(Listener listener) throws IOException, InterruptedException {
        try (Poll poll = new Poll(List.of(control, process, outputs[0], outputs[1]))) {
            while (true) {
                poll.await();
                for (int place = 0; place < outputs.length; place++) {
                    if (poll.isReady(FIRST_OUTPUT + place) && !relay(place, CHUNK, listener)) {
                        poll.drop(FIRST_OUTPUT + place);
                    }
                }
                if (poll.isReady(CONTROL)) {
                    Optional<Reply> reply = replies.read();
                    if (reply.isPresent()) {
                        requireCurrent(reply.get());
                        drain(listener);
                        return reply.get();
                    }
                } else if (poll.isReady(PROCESS)) {
                    throw new EOFException("the interpreter has ended");
                }
            }
        }
    }

    private void requireCurrent(Reply reply) throws GarbledException {
        if (reply.call() != call) {
            throw new GarbledException("a reply to call " + reply.call());
        }
    }

    /** Hands on what is in the pipes at this moment: the driver has flushed before it replied. */
    void drain(Listener listener) throws IOException, InterruptedException {
        for (int place = 0; place < outputs.length; place++) {
            int left = outputs[place].available();
            while (left > 0) {
                int length = Math.min(left, CHUNK);
                if (!relay(place, length, listener)) {
                    break;
                }
                left -= length;
            }
        }
    }

    /** Reads once; false at the end. */
    private boolean relay(int place, int most, Listener listener) throws IOException, InterruptedException {
        int count = outputs[place].read(buffer.asSlice(0, most));
        if (count == 0) {
            return false;
        }
        listener.output(
                STREAMS[place], ByteString.copyFrom(buffer.asSlice(0, count).asByteBuffer()));
        return true;
    }

    /** The machine is another one than before: seed anew what draws random numbers, before the next call. */
    void resynchronise() {
        resynchronised.set(true);
    }

    void interrupt() throws KernelException {
        program.signal(SIGINT);
    }

    void kill() {
        program.kill();
    }

    /** Ends it with all that it started, hands on what it had printed, and tells how it ended. Call once. */
    LastingProgram.End bury(Listener listener) throws IOException, InterruptedException {
        program.kill();
        try {
            drain(listener);
        } finally {
            process.close();
            control.close();
            for (Descriptor output : outputs) {
                output.close();
            }
        }
        return program.bury();
    }
}
