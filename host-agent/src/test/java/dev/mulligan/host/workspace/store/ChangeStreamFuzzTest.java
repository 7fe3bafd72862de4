package dev.mulligan.host.workspace.store;

import static dev.mulligan.host.workspace.store.ChangesFixture.ACTOR;
import static dev.mulligan.host.workspace.store.ChangesFixture.TASK;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.store.MemoryDirectory;
import dev.mulligan.host.workspace.FakeTask;
import dev.mulligan.host.workspace.FolderManifest;
import dev.mulligan.host.workspace.LinkTarget;
import dev.mulligan.host.workspace.OneByOne;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.Sha256;
import dev.mulligan.host.workspace.Trees;
import dev.mulligan.host.workspace.UpperContent;
import dev.mulligan.host.workspace.UpperEntry;
import dev.mulligan.host.workspace.apply.ApplyOutcome;
import dev.mulligan.host.workspace.change.Selection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Streams of changes at random, most of them nonsense: any order, paths twice, parents that are files, all kinds and
 * modes. Each is refused or recorded; each that is recorded is applied or a conflict; each that is applied is in the
 * folder exactly as an overlay would have shown it, and undone without a trace.
 *
 * <p>The same streams in every build, and others in each: what fails names its seed. {@code
 * -Dmulligan.fuzz.rounds=10000} tries longer; {@code -Dmulligan.fuzz.seed=N} begins there, once more.
 */
@SuppressWarnings("NullAway.Init") // Set by JUnit.
final class ChangeStreamFuzzTest {
    private static final int ROUNDS = Integer.getInteger("mulligan.fuzz.rounds", 120);
    private static final long FIXED = 1;
    private static final List<String> PATHS =
            List.of("a", "b", "d", "d/a", "d/e", "d/e/f", "d/e/g", "h", "h/i", "A", "link", "link/x");
    private static final List<String> TEXTS = List.of("", "one\n", "two\n", "f\n");
    private static final List<Integer> MODES = List.of(0644, 0755, 0600, 0644, 0755, 0777, 04755);

    @TempDir(factory = MemoryDirectory.class)
    private Path directory;

    @Test
    void whateverAStreamSaysTheFolderIsAsBeforeOrAsAsked() throws IOException {
        // Each of the ends is reached, and often: otherwise the generator tries nothing.
        assertThat(rounds(FIXED)).allMatch(count -> count > ROUNDS / 10);
    }

    @Test
    void norDoesAnyStreamThatNoBuildHasTried() throws IOException {
        long seed = Long.getLong("mulligan.fuzz.seed", System.nanoTime());
        System.err.println("ChangeStreamFuzzTest: -Dmulligan.fuzz.seed=" + seed + " -Dmulligan.fuzz.rounds=" + ROUNDS
                + ", refused, applied, as an overlay: " + rounds(seed));
    }

    /** How many were refused, applied, and found as an overlay would show them. */
    private List<Integer> rounds(long seed) throws IOException {
        int refused = 0;
        int applied = 0;
        int reshaped = 0;
        try (ChangesFixture changes = ChangesFixture.in(directory)) {
            Map<String, String> outside = Trees.snapshot(changes.outside);
            for (int round = 0; round < ROUNDS; round++) {
                Random random = new Random(seed + round);
                Trees.delete(changes.folder);
                furnish(changes, random);
                FolderManifest manifest = changes.pack();
                Map<String, String> before = Trees.snapshot(changes.folder);
                List<UpperEntry> stream = random.nextInt(4) == 0 ? nonsense(random) : layer(random);
                String what = "-Dmulligan.fuzz.seed=" + (seed + round) + ": " + stream;
                try {
                    ChangeSetId id = changes.sets.record(
                            TASK,
                            changes.folder,
                            manifest,
                            stream.iterator(),
                            content(stream),
                            ChangesFixture.ALL_ASK,
                            ACTOR);
                    assertThat(Trees.snapshot(changes.folder)).as(what).isEqualTo(before);
                    ApplyOutcome outcome = changes.apply(id, Selection.ALL);
                    if (changes.sets.get(id).refusals().isEmpty()) {
                        assertThat(outcome).as(what).isNotInstanceOf(ApplyOutcome.Conflicted.class);
                        assertThat(Shown.of(changes.folder)).as(what).isEqualTo(Shown.overlay(manifest, stream));
                        reshaped++;
                    }
                    if (outcome instanceof ApplyOutcome.Applied(long number, var _)) {
                        applied++;
                        changes.undo(number);
                    }
                } catch (HostException failure) {
                    assertThat(failure.code()).as(what).isEqualTo(HostErrorCode.GUEST_MISBEHAVED);
                    refused++;
                }
                assertThat(Trees.snapshot(changes.folder)).as(what).isEqualTo(before);
            }
            assertThat(Trees.snapshot(changes.outside)).isEqualTo(outside);
        }
        return List.of(refused, applied, reshaped);
    }

    private static void furnish(ChangesFixture changes, Random random) throws IOException {
        Files.createDirectories(changes.folder);
        changes.write("d/e/f", "f\n");
        changes.write("a", "one\n");
        if (random.nextBoolean()) {
            changes.write("d/a", "two\n");
            changes.write("h/i", "one\n");
        }
        if (random.nextBoolean()) {
            changes.write("A", "two\n");
            Files.createSymbolicLink(changes.file("link"), Path.of("d"));
        }
    }

    /** What an overlay could really have: each path once, below directories. */
    private static List<UpperEntry> layer(Random random) {
        SortedMap<RelativePath, UpperEntry> layer = new TreeMap<>();
        for (String path : PATHS) {
            RelativePath relative = RelativePath.of(path);
            boolean open = relative.parent()
                    .map(parent -> layer.get(parent) instanceof UpperEntry.Directory)
                    .orElse(true);
            if (open && random.nextInt(3) > 0) {
                layer.put(relative, entry(relative, random));
            }
        }
        List<UpperEntry> entries = new ArrayList<>(layer.values());
        Collections.shuffle(entries, random);
        return entries;
    }

    private static List<UpperEntry> nonsense(Random random) {
        List<UpperEntry> entries = new ArrayList<>();
        for (int count = random.nextInt(8); count >= 0; count--) {
            entries.add(entry(RelativePath.of(any(PATHS, random)), random));
        }
        return entries;
    }

    private static UpperEntry entry(RelativePath path, Random random) {
        return switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> {
                ByteString text = ByteString.copyFromUtf8(any(TEXTS, random));
                yield new UpperEntry.File(path, any(MODES, random), text.size(), FakeTask.WRITTEN, Sha256.of(text));
            }
            case 4, 5, 6, 7 ->
                new UpperEntry.Directory(path, any(MODES, random), FakeTask.WRITTEN, random.nextInt(3) == 0);
            case 8 -> new UpperEntry.Link(path, LinkTarget.of(any(List.of("a", "d", "../..", "/"), random)));
            case 9, 10 -> new UpperEntry.Removed(path);
            default -> new UpperEntry.Other(path, "FIFO");
        };
    }

    private static UpperContent content(List<UpperEntry> stream) {
        return new OneByOne(path -> stream.stream()
                .filter(entry -> entry.path().equals(path))
                .map(entry -> ((UpperEntry.File) entry).digest())
                .flatMap(digest -> TEXTS.stream()
                        .map(ByteString::copyFromUtf8)
                        .filter(text -> Sha256.of(text).equals(digest)))
                .findFirst()
                .orElseThrow()
                .newInput());
    }

    private static <T> T any(List<T> all, Random random) {
        return all.get(random.nextInt(all.size()));
    }
}
