package dev.mulligan.host.sandbox;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.guest.Guest.OutputListener;
import dev.mulligan.host.guest.GuestProcess;
import dev.mulligan.host.guest.ProcessExit;
import dev.mulligan.host.guest.ProcessExit.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A program in a small language, its commands apart by {@code ;}: {@code echo TEXT}, {@code warn TEXT}, {@code write
 * PATH TEXT}, {@code remove PATH}, {@code flood BYTES}, {@code exit CODE}, {@code value TEXT} (what the code returns), {@code memory} (ends at its memory limit),
 * {@code wait} (until it is killed), {@code hang} (not even then), {@code die} (the machine with it).
 */
final class FakeProcess implements GuestProcess {
    private static final int CHUNK = 1 << 16;

    private final FakeMachine machine;
    private final OutputListener output;
    private final CompletableFuture<ProcessExit> exit = new CompletableFuture<>();
    private final CountDownLatch killed = new CountDownLatch(1);
    private volatile String value = "";

    FakeProcess(FakeMachine machine, String code, OutputListener output) {
        this.machine = machine;
        this.output = output;
        machine.started(this);
        Thread.ofVirtual().start(() -> run(code));
    }

    private void run(String code) {
        try {
            for (String command : code.split(";", -1)) {
                String[] words = command.strip().split(" ", 3);
                switch (words[0]) {
                    case "echo" -> output.stdout(bytes(command.strip().substring(5) + "\n"));
                    case "value" -> value = command.strip().substring(6);
                    case "warn" -> output.stderr(bytes(command.strip().substring(5) + "\n"));
                    case "write" -> machine.put(words[1], words[2]);
                    case "remove" -> machine.remove(words[1]);
                    case "flood" -> flood(Long.parseLong(words[1]));
                    case "exit" -> {
                        end(Reason.EXIT, Integer.parseInt(words[1]), 0);
                        return;
                    }
                    case "memory" -> {
                        end(Reason.MEMORY_LIMIT, 137, 9);
                        return;
                    }
                    case "wait" -> killed.await();
                    case "hang" -> exit.handle((ended, cut) -> 0).join();
                    case "die" -> machine.kill();
                    default -> {
                        output.stderr(bytes("what is " + words[0] + "?\n"));
                        end(Reason.EXIT, 127, 0);
                        return;
                    }
                }
                if (killed.getCount() == 0) {
                    end(Reason.SIGNAL, 137, 9);
                    return;
                }
            }
            end(Reason.EXIT, 0, 0);
        } catch (InterruptedException nobodyDoes) {
            cut(HostErrorCode.INTERNAL);
        }
    }

    private void flood(long size) {
        for (long printed = 0; printed < size && killed.getCount() > 0; printed += CHUNK) {
            output.stdout(bytes("x".repeat((int) Math.min(CHUNK, size - printed))));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void end(Reason reason, int code, int signal) {
        machine.ended(this);
        exit.complete(new ProcessExit(reason, code, signal, Duration.ZERO, 0));
    }

    /** The connection ends, or the machine. */
    void cut(HostErrorCode why) {
        machine.ended(this);
        exit.completeExceptionally(
                HostException.of(why, "the machine went away").build());
        killed.countDown();
    }

    @Override
    public ProcessExit await() throws InterruptedException {
        try {
            return exit.get();
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof HostException known) {
                throw known;
            }
            throw new IllegalStateException(failure);
        }
    }

    @Override
    public void cancel() {
        killed.countDown();
    }

    /** Waits, as long as it takes: what does not end is for others to end. */
    @Override
    public void close() {
        killed.countDown();
        exit.handle((ended, cut) -> 0).orTimeout(60, TimeUnit.SECONDS).join();
    }

    /** What its code returned; empty: nothing. */
    String value() {
        return value;
    }

    @Override
    public int pid() {
        return 1;
    }

    @Override
    public void stdin(byte[] data) {}

    @Override
    public void closeStdin() {}

    @Override
    public void signal(int number) {
        killed.countDown();
    }

    @Override
    public void resize(int columns, int rows) {}
}
