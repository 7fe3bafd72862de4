package dev.mulligan.guest.process;

import com.google.protobuf.ByteString;
import dev.mulligan.guest.linux.KernelException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

/**
 * Carries what the host sends to a program's standard input, at the program's pace.
 *
 * <p>A few chunks wait here, so that a signal or a resize behind them gets through while the program reads slowly; with
 * more than that waiting, the host is not asked for the next request.
 */
final class InputFeeder implements Runnable {
    private static final int CHUNK = 64 * 1024;
    private static final int ROOM = 4 * CHUNK;
    private static final ByteString END_OF_TRANSMISSION = ByteString.copyFrom(new byte[] {4});

    private final RunningProgram program;
    private final Executor executor;
    private final Runnable askForNext;
    private final Deque<ByteString> waiting = new ArrayDeque<>();
    private int waitingBytes;
    private boolean started;
    private boolean closing;
    private boolean dead;
    private boolean asking;

    /** @param askForNext asks the host for one more request */
    InputFeeder(RunningProgram program, Executor executor, Runnable askForNext) {
        this.program = program;
        this.executor = executor;
        this.askForNext = askForNext;
    }

    /** Takes a chunk, and asks for the next request now or when there is room for it. */
    synchronized void offer(ByteString data) {
        if (!dead && !closing && !data.isEmpty()) {
            enqueue(data);
        }
        if (waitingBytes < ROOM) {
            askForNext.run();
        } else {
            asking = true;
        }
    }

    /** End of file, behind what is waiting. */
    synchronized void closeInput() {
        if (program.hasTerminal()) {
            enqueue(END_OF_TRANSMISSION);
        }
        closing = true;
        begin();
        notifyAll();
    }

    /** The program has ended: throws away what is waiting, and returns when the feeder's thread uses nothing more. */
    synchronized void stop() throws InterruptedException {
        dead = true;
        waiting.clear();
        notifyAll();
        while (started) {
            wait();
        }
    }

    private void enqueue(ByteString data) {
        waiting.add(data);
        waitingBytes += data.size();
        begin();
        notifyAll();
    }

    private void begin() {
        // Most programs get no input: no thread for them.
        if (!started && !dead) {
            started = true;
            executor.execute(this);
        }
    }

    @Override
    public void run() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(CHUNK, 16);
            ByteString chunk = next();
            while (!chunk.isEmpty()) {
                ByteBuffer bytes = buffer.asByteBuffer();
                chunk.copyTo(bytes);
                program.input().write(buffer.asSlice(0, chunk.size()));
                written(chunk.size());
                chunk = next();
            }
            if (!program.hasTerminal()) {
                program.input().close();
            }
        } catch (KernelException e) {
            // The program has closed its end; the contract ignores input from here on.
        } catch (IOException e) {
            throw new AssertionError("only the kernel fails here", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            finish();
        }
    }

    /** The next chunk; empty at the end. */
    private synchronized ByteString next() throws InterruptedException {
        while (waiting.isEmpty() && !closing && !dead) {
            wait();
        }
        ByteString chunk = waiting.poll();
        return chunk == null || dead ? ByteString.EMPTY : chunk;
    }

    private synchronized void written(int size) {
        waitingBytes -= size;
        if (asking && waitingBytes < ROOM) {
            asking = false;
            askForNext.run();
        }
    }

    private synchronized void finish() {
        started = false;
        dead = true;
        waiting.clear();
        waitingBytes = 0;
        if (asking) {
            asking = false;
            askForNext.run();
        }
        notifyAll();
    }
}
