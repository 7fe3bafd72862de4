package dev.mulligan.host.guest;

import com.google.protobuf.ByteString;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.workspace.FolderManifest;
import dev.mulligan.host.workspace.UpperEntry;
import dev.mulligan.host.workspace.change.ChangeLimits;
import dev.mulligan.host.workspace.change.ChangeSet;
import dev.mulligan.proto.guest.v1.Change;
import dev.mulligan.proto.guest.v1.ChangesResponse;
import java.util.ArrayList;
import java.util.List;
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

/** What a guest tells of an upper layer is checked and becomes a change set. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class ChangeStreamBenchmark {
    private static final GuestCall CALL = new GuestCall("changes", "benchmark", HostErrorCode.NO_SUCH_FILE);
    private static final int FILES = 10_000;
    private static final int BATCH = 250;

    private final List<ChangesResponse> stream = new ArrayList<>();

    /** JMH calls it. */
    public ChangeStreamBenchmark() {
        Random random = new Random(1);
        byte[] digest = new byte[32];
        for (int batch = 0; batch < FILES / BATCH; batch++) {
            ChangesResponse.Builder response = ChangesResponse.newBuilder();
            for (int file = 0; file < BATCH; file++) {
                random.nextBytes(digest);
                response.addChanges(Change.newBuilder()
                        .setPath(ByteString.copyFromUtf8("file-%05d".formatted(batch * BATCH + file)))
                        .setKind(Change.Kind.FILE)
                        .setMode(0644)
                        .setSize(1 << 10)
                        .setSha256(ByteString.copyFrom(digest)));
            }
            stream.add(response.build());
        }
    }

    /** 10,000 new files in a folder that was empty. */
    @Benchmark
    public ChangeSet changeSetOf10000() {
        List<UpperEntry> heard = new ArrayList<>();
        UpperListing listing = new UpperListing(CALL, heard::add);
        stream.forEach(listing::take);
        return ChangeSet.of(FolderManifest.EMPTY, heard.iterator(), ChangeLimits.DEFAULT);
    }
}
