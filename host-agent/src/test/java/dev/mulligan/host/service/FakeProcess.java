package dev.mulligan.host.service;

import dev.mulligan.host.guest.Guest;
import dev.mulligan.host.guest.GuestProcess;
import dev.mulligan.host.guest.ProcessExit;
import dev.mulligan.host.guest.ProcessSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The programs: {@code echo TEXT}; {@code cat} (stdin to stdout); {@code yes} (prints without end); {@code sink} (reads
 * nothing until {@link #release}); {@code fail CODE}.
 */
final class FakeProcess implements GuestProcess {
    private static final byte[] END = new byte[0];

    final AtomicLong printed = new AtomicLong();
    final AtomicLong taken = new AtomicLong();
    final List<Integer> signals = new CopyOnWriteArrayList<>();
    final CountDownLatch killed = new CountDownLatch(1);
    final CountDownLatch release = new CountDownLatch(1);
    final ProcessSpec spec;
    private final Guest.OutputListener output;
    private final BlockingQueue<byte[]> stdin = new ArrayBlockingQueue<>(1);
    private final CompletableFuture<ProcessExit> exit = new CompletableFuture<>();
    private final Thread thread = Thread.ofVirtual().unstarted(this::run);

    FakeProcess(ProcessSpec spec, Guest.OutputListener output) {
        this.spec = spec;
        this.output = output;
    }

    void start() {
        thread.start();
    }

    @Override
    public int pid() {
        return 42;
    }

    @Override
    public void stdin(byte[] data) {
        try {
            if (data.length > 0) {
                stdin.put(data);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void closeStdin() {
        try {
            stdin.put(END);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void signal(int number) {
        signals.add(number);
        if (number == 15) {
            exit.complete(new ProcessExit(ProcessExit.Reason.SIGNAL, 143, 15, Duration.ZERO, 0));
        }
    }

    @Override
    public void resize(int columns, int rows) {}

    @Override
    public ProcessExit await() throws InterruptedException {
        try {
            return exit.get();
        } catch (ExecutionException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Override
    public void cancel() {
        killed.countDown();
        thread.interrupt();
        exit.complete(new ProcessExit(ProcessExit.Reason.SIGNAL, 137, 9, Duration.ZERO, 0));
    }

    @Override
    public void close() {
        cancel();
    }

    private void run() {
        try {
            int code = 0;
            switch (spec.arguments().getFirst()) {
                case "echo" -> print(spec.arguments().get(1).getBytes(StandardCharsets.UTF_8));
                case "cat" -> {
                    for (byte[] data = stdin.take(); data.length > 0; data = stdin.take()) {
                        taken.addAndGet(data.length);
                        print(data);
                    }
                }
                case "yes" -> {
                    while (killed.getCount() > 0) {
                        print(new byte[32 << 10]);
                        // Where there is one processor, whoever is to kill it waits for it.
                        LockSupport.parkNanos(1);
                    }
                }
                case "sink" -> {
                    release.await();
                    for (byte[] data = stdin.take(); data.length > 0; data = stdin.take()) {
                        taken.addAndGet(data.length);
                    }
                }
                case "fail" -> {
                    output.stderr("no".getBytes(StandardCharsets.UTF_8));
                    code = Integer.parseInt(spec.arguments().get(1));
                }
                default -> code = 127;
            }
            exit.complete(new ProcessExit(ProcessExit.Reason.EXIT, code, 0, Duration.ZERO, 0));
        } catch (InterruptedException killedMeanwhile) {
            Thread.currentThread().interrupt();
        }
    }

    private void print(byte[] data) {
        output.stdout(data);
        printed.addAndGet(data.length);
    }
}
