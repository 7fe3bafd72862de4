package dev.mulligan.host.cli.bench;

import dev.mulligan.proto.host.v1.Checkpoint;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** A sandbox whose disk stands on many checkpoints, with a file below them all. */
final class DeepChain {
    static final int FILE_BYTES = 1 << 20;
    static final String FILE = "/home/agent/bench-deep";

    /** Prints the median of 200 reads of 4 KiB from the disk itself, in nanoseconds. */
    private static final String READS = """
            import mmap, os, random, time
            file = os.open('%s', os.O_RDONLY | os.O_DIRECT)
            buffer = mmap.mmap(-1, 4096)
            taken = []
            for _ in range(200):
                place = random.randrange(%d) * 4096
                start = time.perf_counter_ns()
                assert os.preadv(file, [buffer], place) == 4096
                taken.append(time.perf_counter_ns() - start)
            print(sorted(taken)[99])
            """.formatted(FILE, FILE_BYTES / 4096);

    private static final int PROGRESS_EVERY = 25;

    private final BenchClient client;
    private final String sandbox;
    private final Consumer<String> progress;
    private int depth;

    DeepChain(BenchClient client, String sandbox, Consumer<String> progress) {
        this.client = client;
        this.sandbox = sandbox;
        this.progress = progress;
    }

    String sandbox() {
        return sandbox;
    }

    /** Takes checkpoints until there are so many; each after a write, so that its layer holds something. */
    void reach(int wanted) throws Exception {
        if (depth == 0 && wanted > 0) {
            client.write(sandbox, FILE, FILE_BYTES);
        }
        while (depth < wanted) {
            deepen();
            if (depth % PROGRESS_EVERY == 0) {
                progress.accept("checkpoint " + depth + " of " + wanted);
            }
        }
    }

    /** One more. */
    void deepen() throws Exception {
        client.write(sandbox, "/home/agent/bench-layer-" + depth, 4096);
        checkpoint();
    }

    void checkpoint() throws Exception {
        client.checkpoint(sandbox, Checkpoint.Kind.DISK);
        depth++;
    }

    /** What the guest has read before is read from the disk again. */
    void forgetCache() throws Exception {
        client.exec(sandbox, true, List.of("sh", "-c", "sync; echo 3 >/proc/sys/vm/drop_caches"));
    }

    /** Median of small reads as a program in the guest sees them. */
    Duration readInGuest() throws Exception {
        return Duration.ofNanos(Long.parseLong(
                client.exec(sandbox, false, List.of("python3", "-c", READS)).strip()));
    }
}
