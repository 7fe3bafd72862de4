package dev.mulligan.host.audit;

import dev.mulligan.host.Actor;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.cli.bench.TemporaryDirectory;
import dev.mulligan.host.store.SqliteStore;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One entry of the record: the part that is computed, and the whole way until it is durable. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class AuditAppendBenchmark {
    private static final AuditEvent EVENT = AuditEvent.of("call.decided", new Actor("local:0"))
            .withTask(new TaskId("task"))
            .withSandbox(new SandboxId("sb-0000000001"))
            .withDecision("shell", "allow", "scope.tools")
            .withDetails(Map.of("digest", "0".repeat(64), "length", "120", "text", "ü \"quoted\"\n😀"));

    /** Canonical JSON and the two hashes that chain it. */
    @Benchmark
    public EntryHash computed() {
        String entry = EntryFormat.entry(InstantSource.system().instant(), EntryFormat.writable(EVENT));
        return EntryHash.of(EntryFormat.link(1, EntryHash.of(entry), EntryHash.NONE));
    }

    /** What SQLite and the head file take where "durable" is for nothing. */
    @Benchmark
    public long appendInMemory(InMemory log) {
        return log.append();
    }

    /** With the wait for the disk. */
    @Benchmark
    public long appendOnDisk(OnDisk log) {
        return log.append();
    }

    /** A record in a directory that goes away with it. */
    @State(Scope.Benchmark)
    public abstract static class OpenLog {
        private final TemporaryDirectory directory;
        private final SqliteStore store;
        private final StoredAuditLog log;

        OpenLog(Path parent) {
            directory = TemporaryDirectory.in(parent);
            store = SqliteStore.openJournal(directory.path());
            log = StoredAuditLog.open(store, directory.path(), InstantSource.system());
        }

        long append() {
            return log.append(EVENT);
        }

        /** Removes it. */
        @TearDown
        public void close() {
            log.close();
            store.close();
            directory.close();
        }
    }

    /** In the kernel's memory. */
    public static class InMemory extends OpenLog {
        /** JMH calls it. */
        public InMemory() {
            super(Path.of("/dev/shm"));
        }
    }

    /** On the disk of the sources, as the host agent's state directory would be. */
    public static class OnDisk extends OpenLog {
        /** JMH calls it. */
        public OnDisk() {
            super(Path.of("target"));
        }
    }
}
