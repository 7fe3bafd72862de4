package dev.mulligan.host.guest;

import java.time.Instant;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Finding the echo behind what an older connection has left on the port. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class PreambleBenchmark {
    private static final int GARBAGE = 64 << 10;

    private final Preamble preamble = new Preamble(new Random(1));
    private final byte[] stream = new byte[GARBAGE + Preamble.LENGTH];

    /** JMH calls it. */
    public PreambleBenchmark() {
        new Random(2).nextBytes(stream);
        System.arraycopy(preamble.next(Instant.EPOCH), 0, stream, GARBAGE, Preamble.LENGTH);
    }

    /** 64 KiB of noise, then the echo. */
    @Benchmark
    public Preamble.Sight echoBehind64KiB() {
        Preamble.Sight sight = Preamble.Sight.NOTHING;
        for (byte one : stream) {
            sight = preamble.see(one);
        }
        if (sight != Preamble.Sight.ECHO) {
            throw new IllegalStateException("sight: " + sight + " (expected: ECHO)");
        }
        return sight;
    }
}
