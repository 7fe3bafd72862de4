package dev.mulligan.host.guest;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.guest.Guest.GuestFiles;
import dev.mulligan.host.guest.Guest.OutputListener;
import dev.mulligan.host.guest.Guest.WriteOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Drives a guest agent through all of its services until its code is compiled and its caches are full, so that a
 * machine frozen afterwards has a warm one. It uses the guest as its users will: the same calls over the same
 * connection. What it wrote is gone at the end.
 *
 * <p>One call at a time: not safe for use by several threads.
 */
public final class GuestWarmUp {
    /** Rounds for a template: 400 gained nothing over these, 15 were too few (host-agent/BENCHMARKS.md). */
    public static final int ENOUGH = 120;

    /** Rounds of what writes to the disk, or moves more than a few bytes, are fewer. */
    private static final int SELDOM = 10;

    private static final String USER = "agent";
    private static final String SESSION = "mulligan-warm-up";
    private static final GuestPath PLACE = GuestPath.of("/var/tmp/mulligan-warm-up");
    private static final GuestPath FILE = GuestPath.of("/var/tmp/mulligan-warm-up/file");
    private static final GuestPath MOVED = GuestPath.of("/var/tmp/mulligan-warm-up/moved");
    private static final byte[] TEXT = "warm\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATA = new byte[256 << 10];
    private static final Duration THAW_AFTER = Duration.ofSeconds(10);
    private static final Optional<Duration> LONGEST = Optional.of(Duration.ofMinutes(1));
    private static final ProcessSpec.ProcessLimits TIME_ONLY = new ProcessSpec.ProcessLimits(LONGEST, 0, 0, 0);
    private static final ProcessSpec.ProcessLimits LIMITS =
            new ProcessSpec.ProcessLimits(LONGEST, 256L << 20, 1000, 64);

    private final GuestLink link;
    private final int rounds;
    private final Duration patience;
    private final Progress progress;

    /** Hears how far it is. */
    public interface Progress {
        void done(int rounds, int of);
    }

    /**
     * @param link to the guest, which nobody else uses meanwhile
     * @param rounds how often each service is used; see {@link #ENOUGH}
     * @param patience when it is over, no further round begins
     */
    public GuestWarmUp(GuestLink link, int rounds, Duration patience, Progress progress) {
        if (rounds < 1) {
            throw new IllegalArgumentException("rounds: " + rounds + " (expected: >= 1)");
        }
        this.link = link;
        this.rounds = rounds;
        this.patience = patience;
        this.progress = progress;
    }

    /**
     * Does it.
     *
     * @return how many rounds there was time for, at least one
     * @throws HostException if the guest does not do what it is asked
     */
    public int run() throws InterruptedException {
        long begin = System.nanoTime();
        GuestFiles files = link.guest().files();
        files.makeDirectory(PLACE, USER);
        int done = 0;
        do {
            runPrograms();
            evaluate(EvaluationSpec.Language.PYTHON);
            useFiles(files);
            link.guest().health();
            link.resynchronise();
            if (done % SELDOM == 0) {
                moveData(files);
                link.freeze(THAW_AFTER);
                link.thaw();
            }
            progress.done(++done, rounds);
        } while (done < rounds && System.nanoTime() - begin < patience.toNanos());
        files.remove(PLACE, USER, true);
        link.guest().endSession(EvaluationSpec.Language.PYTHON, USER, SESSION);
        return done;
    }

    /** One interpreter is enough: what becomes warm is the guest agent. An image without one has no sessions. */
    private void evaluate(EvaluationSpec.Language language) throws InterruptedException {
        EvaluationSpec spec = new EvaluationSpec(language, SESSION, USER, "6 * 7", List.of(), Map.of(), LIMITS);
        try (GuestEvaluation evaluation = link.guest().evaluate(spec, new Printed())) {
            Evaluation ended = evaluation.await();
            if (ended.reason() != Evaluation.Reason.DONE || ended.results().isEmpty()) {
                throw HostException.of(HostErrorCode.GUEST_MISBEHAVED, "code of the warm-up")
                        .value(ended.reason() + " " + ended.message())
                        .expected("a value")
                        .remedy("look at the image: its " + language + " does not work")
                        .build();
            }
        } catch (HostException failure) {
            if (failure.code() != HostErrorCode.NO_SUCH_PROGRAM) {
                throw failure;
            }
        }
    }

    private void runPrograms() throws InterruptedException {
        run(spec(USER, TIME_ONLY, "true"), new byte[0], new byte[0]);
        run(spec(USER, LIMITS, "true"), new byte[0], new byte[0]);
        run(spec("root", TIME_ONLY, "echo", "warm"), new byte[0], TEXT);
        run(spec(USER, LIMITS, "cat"), TEXT, TEXT);
    }

    private static ProcessSpec spec(String user, ProcessSpec.ProcessLimits limits, String... arguments) {
        return new ProcessSpec(List.of(arguments), Map.of(), "", user, Optional.empty(), limits);
    }

    private void run(ProcessSpec spec, byte[] input, byte[] expected) throws InterruptedException {
        Printed printed = new Printed();
        try (GuestProcess process = link.guest().start(spec, printed)) {
            process.stdin(input);
            process.closeStdin();
            ProcessExit exit = process.await();
            if (exit.code() != 0 || !new String(expected, StandardCharsets.US_ASCII).equals(printed.text())) {
                throw HostException.of(HostErrorCode.GUEST_MISBEHAVED, "program of the warm-up")
                        .value(spec.arguments() + ": code " + exit.code() + ", "
                                + printed.text().length() + " bytes")
                        .expected("code 0, " + expected.length + " bytes")
                        .remedy("look at the image: it lacks a program, or a user " + spec.user())
                        .build();
            }
        }
    }

    private static void useFiles(GuestFiles files) {
        files.write(FILE, USER, new WriteOptions(0, false), new ByteArrayInputStream(TEXT));
        files.stat(FILE, USER);
        files.read(FILE, USER, OutputStream.nullOutputStream());
        files.list(PLACE, USER, file -> {});
        files.move(FILE, MOVED, USER, true);
        files.remove(MOVED, USER, false);
    }

    private static void moveData(GuestFiles files) {
        files.write(FILE, USER, new WriteOptions(0, false), new ByteArrayInputStream(DATA));
        files.read(FILE, USER, OutputStream.nullOutputStream());
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        files.pack(FILE, USER, archive);
        files.unpack(PLACE, USER, new ByteArrayInputStream(archive.toByteArray()));
    }

    /** What a program printed, on either stream. */
    private static final class Printed implements OutputListener {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public synchronized void stdout(byte[] data) {
            bytes.writeBytes(data);
        }

        @Override
        public synchronized void stderr(byte[] data) {
            bytes.writeBytes(data);
        }

        synchronized String text() {
            return bytes.toString(StandardCharsets.US_ASCII);
        }
    }
}
