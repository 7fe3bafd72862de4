package dev.mulligan.host.workspace.store;

import static dev.mulligan.host.workspace.store.ChangesFixture.ACTOR;
import static dev.mulligan.host.workspace.store.ChangesFixture.TASK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.mulligan.host.HostException;
import dev.mulligan.host.store.MemoryDirectory;
import dev.mulligan.host.workspace.FakeTask;
import dev.mulligan.host.workspace.FolderManifest;
import dev.mulligan.host.workspace.OneByOne;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.Sha256;
import dev.mulligan.host.workspace.Trees;
import dev.mulligan.host.workspace.UpperEntry;
import dev.mulligan.host.workspace.apply.ApplyOutcome;
import dev.mulligan.host.workspace.change.Selection;
import dev.mulligan.host.workspace.folder.SteppedDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Invariant 2: nothing from the guest is trusted. Sizes are bounded before they are read; paths are resolved by the host
 * at each step, whatever somebody does to the folder in between. See {@link HostileChangeSetsTest} for the change sets.
 */
@SuppressWarnings("NullAway.Init") // Set by JUnit.
final class Invariant2NothingFromTheGuestIsTrustedTest {
    @TempDir(factory = MemoryDirectory.class)
    private Path directory;

    @Test
    void noMoreIsReadThanWasDeclared() throws IOException {
        AtomicLong read = new AtomicLong();
        UpperEntry declared =
                new UpperEntry.File(RelativePath.of("x"), 0644, 1_000, FakeTask.WRITTEN, Sha256.of(ByteString.EMPTY));
        try (ChangesFixture changes = ChangesFixture.in(directory)) {
            assertThatThrownBy(() -> changes.sets.record(
                            TASK,
                            changes.folder,
                            FolderManifest.EMPTY,
                            List.of(declared).iterator(),
                            new OneByOne(_ -> endless(read)),
                            ChangesFixture.ALL_ASK,
                            ACTOR))
                    .isInstanceOf(HostException.class)
                    .hasMessageContaining("more bytes than declared");
        }
        // One buffer beyond at most.
        assertThat(read.get()).isLessThan(1_000 + (128 << 10));
    }

    @Test
    void contentOfASetThatIsRefusedIsNotEvenOpened() throws IOException {
        AtomicBoolean opened = new AtomicBoolean();
        List<UpperEntry> twice = List.copyOf(new FakeTask().write("x", "x").entries());
        try (ChangesFixture changes = ChangesFixture.in(directory)) {
            assertThatThrownBy(() -> changes.sets.record(
                            TASK,
                            changes.folder,
                            FolderManifest.EMPTY,
                            List.of(twice.getFirst(), twice.getFirst()).iterator(),
                            (_, _) -> opened.set(true),
                            ChangesFixture.ALL_ASK,
                            ACTOR))
                    .isInstanceOf(HostException.class);
        }
        assertThat(opened).isFalse();
    }

    @Test
    void aDirectoryThatIsSwappedForALinkAtAnyMomentLeadsNobodyOut() throws IOException {
        int ends = 0;
        int step = 1;
        for (boolean more = true; more; step++) {
            AtomicBoolean meddled = new AtomicBoolean();
            try (ChangesFixture changes = folder(step)) {
                ChangeSetId id = changes.record(changes.pack(), task());
                Map<String, String> outside = Trees.snapshot(changes.outside);
                Path dir = changes.file("dir");
                StoredChangeSets sets = changes.open(changes.store, SteppedDirectory.meddledWith(step, () -> {
                    meddled.set(true);
                    io(() -> {
                        Files.move(dir, changes.file("moved"));
                        Files.createSymbolicLink(dir, changes.outside);
                    });
                }));
                ends += ended(() -> sets.apply(id, Selection.ALL, ACTOR)) ? 1 : 0;
                assertThat(Trees.snapshot(changes.outside))
                        .as("swapped at step %d", step)
                        .isEqualTo(outside);
                assertThat(changes.folder.toFile().list())
                        .as("swapped at step %d", step)
                        .noneMatch(name -> name.startsWith(".mulligan-"));
            }
            more = meddled.get();
        }
        // Some came too late to matter, most did not.
        assertThat(ends).isBetween(1, step - 10);
    }

    @Test
    void whatYouWriteAtAnyMomentIsNeverOverwritten() throws IOException {
        int step = 1;
        for (boolean more = true; more; step++) {
            AtomicBoolean meddled = new AtomicBoolean();
            try (ChangesFixture changes = folder(step)) {
                ChangeSetId id = changes.record(changes.pack(), task());
                StoredChangeSets sets = changes.open(changes.store, SteppedDirectory.meddledWith(step, () -> {
                    meddled.set(true);
                    io(() -> Files.writeString(changes.file("dir/inside"), "edited at the last moment\n"));
                }));
                ended(() -> sets.apply(id, Selection.ALL, ACTOR));
                if (meddled.get()) {
                    assertThat(changes.file("dir/inside"))
                            .as("edited at step %d", step)
                            .hasContent("edited at the last moment\n");
                }
            }
            more = meddled.get();
        }
        assertThat(step).isGreaterThan(20);
    }

    private ChangesFixture folder(int step) throws IOException {
        ChangesFixture changes = ChangesFixture.in(directory.resolve("step" + step));
        changes.write("dir/inside", "inside\n");
        changes.write("dir/sub/deep", "deep\n");
        Trees.write(changes.outside.resolve("inside"), "outside\n");
        Trees.write(changes.outside.resolve("sub/deep"), "outside\n");
        return changes;
    }

    private static FakeTask task() {
        return new FakeTask()
                .write("dir/inside", "evil\n")
                .write("dir/new", "evil\n")
                .remove("dir/sub")
                .write("other/x", "x\n");
    }

    /** Whether it was applied; if not, it said why. */
    private static boolean ended(Supplier<ApplyOutcome> apply) {
        try {
            return apply.get() instanceof ApplyOutcome.Applied;
        } catch (HostException refused) {
            return false;
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void io(Work work) {
        try {
            work.run();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static InputStream endless(AtomicLong read) {
        return new InputStream() {
            @Override
            public int read() {
                read.incrementAndGet();
                return 'x';
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                read.addAndGet(length);
                return length;
            }
        };
    }
}
