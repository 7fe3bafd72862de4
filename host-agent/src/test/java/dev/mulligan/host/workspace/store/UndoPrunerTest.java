package dev.mulligan.host.workspace.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.store.MemoryDirectory;
import dev.mulligan.host.workspace.FakeTask;
import dev.mulligan.host.workspace.apply.ApplyOutcome;
import dev.mulligan.host.workspace.apply.JournalEntry;
import dev.mulligan.host.workspace.apply.UndoRetention;
import dev.mulligan.host.workspace.change.ChangeLimits;
import dev.mulligan.host.workspace.folder.OpenDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of more applies than may be undone the oldest are forgotten: on record first, with their content, never all of them. */
final class UndoPrunerTest {
    private static final int LARGE = 100_000;

    @TempDir(factory = MemoryDirectory.class)
    private Path directory;

    private final List<ChangesFixture> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(ChangesFixture::close);
    }

    private ChangesFixture keeping(int least, int most, long bytes) throws IOException {
        ChangesConfig config = new ChangesConfig(ChangeLimits.DEFAULT, new UndoRetention(least, most, bytes));
        opened.add(ChangesFixture.in(directory, config, OpenDirectories.ofLinux()));
        return opened.getLast();
    }

    /** Replaces the file, and returns the apply's number. */
    private static long replace(ChangesFixture changes, String text) {
        ChangeSetId id = changes.record(changes.pack(), new FakeTask().write("a.txt", text));
        long number = changes.applyAll(id);
        // What it became, for the next one; only the journal still needs what it was.
        changes.sets.forget(id, ChangesFixture.ACTOR);
        return number;
    }

    private static List<Long> kept(ChangesFixture changes) {
        return changes.sets.applies().stream().map(JournalEntry::number).toList();
    }

    private List<String> contents() throws IOException {
        List<String> texts = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory.resolve("state/changes/content"))) {
            for (Path file : files.toList()) {
                texts.add(Files.readString(file));
            }
        }
        return texts;
    }

    @Test
    void theOldestIsForgottenOnRecordFirstAndItsContentGoes() throws IOException {
        ChangesFixture changes = keeping(2, 3, Long.MAX_VALUE);
        changes.write("a.txt", "0");
        long first = replace(changes, "1");
        List<Long> others = List.of(replace(changes, "2"), replace(changes, "3"));
        assertThat(contents()).contains("0");
        List<List<Long>> whenRecorded = new ArrayList<>();
        changes.events.atEach(() -> whenRecorded.add(kept(changes)));
        long last = replace(changes, "4");

        assertThat(kept(changes)).doesNotContain(first).containsAll(others).contains(last);
        assertThat(changes.events.of("changes.undo_forgotten"))
                .singleElement()
                .satisfies(event -> assertThat(event.details()).containsEntry("apply", Long.toString(first)))
                .satisfies(event -> assertThat(event.task()).contains(ChangesFixture.TASK));
        // At no entry before it was gone: recorded, decided, apply, undo_forgotten; forgotten comes after it.
        assertThat(whenRecorded.subList(0, 4))
                .allSatisfy(then -> assertThat(then).contains(first));
        assertThat(contents()).doesNotContain("0").contains("1", "2", "3", "4");
        assertThat(changes.file("a.txt")).hasContent("4");
    }

    @Test
    void whoWantsItBackIsToldWhyAndWhatToDo() throws IOException {
        ChangesFixture changes = keeping(1, 1, Long.MAX_VALUE);
        changes.write("a.txt", "0");
        long first = replace(changes, "1");
        long second = replace(changes, "2");
        assertThatThrownBy(() -> changes.undo(first))
                .asInstanceOf(type(HostException.class))
                .returns(HostErrorCode.UNKNOWN_CHANGES, HostException::code)
                .satisfies(failure -> assertThat(failure)
                        .hasMessageContainingAll(
                                Long.toString(first), "still in the undo journal", "the oldest are forgotten"));
        assertThat(changes.undo(second)).isInstanceOf(ApplyOutcome.Applied.class);
        assertThat(changes.file("a.txt")).hasContent("1");
    }

    @Test
    void theMinimumStaysWhateverItsSizeAndThatIsOnRecord() throws IOException {
        ChangesFixture changes = keeping(2, 3, LARGE);
        changes.write("a.txt", "0".repeat(LARGE));
        long first = replace(changes, "1".repeat(LARGE));
        assertThat(changes.events.of("changes.undo_over_size"))
                .as("as large as it may be")
                .isEmpty();
        long second = replace(changes, "2".repeat(LARGE));
        assertThat(kept(changes)).containsExactly(first, second);
        assertThat(changes.events.of("changes.undo_forgotten")).isEmpty();
        assertThat(changes.events.of("changes.undo_over_size"))
                .singleElement()
                .extracting(AuditEvent::details)
                .satisfies(details -> assertThat(details)
                        .containsEntry("applies", "2")
                        .containsEntry("bytes", Integer.toString(2 * LARGE))
                        .containsEntry("size", Integer.toString(LARGE)));

        long third = replace(changes, "3");
        assertThat(kept(changes)).containsExactly(second, third);
        assertThat(changes.undo(third)).isInstanceOf(ApplyOutcome.Applied.class);
        assertThat(changes.file("a.txt")).hasContent("2".repeat(LARGE));
    }

    @Test
    void whatCannotBeRecordedIsNotForgottenAndTriedAgain() throws IOException {
        ChangesFixture changes = keeping(1, 1, Long.MAX_VALUE);
        changes.write("a.txt", "0");
        long first = replace(changes, "1");
        ChangeSetId id = changes.record(changes.pack(), new FakeTask().write("a.txt", "2"));
        int before = changes.events.kinds().size();
        changes.events.atEach(() -> {
            // The apply itself is on record; what comes after it is not.
            changes.events.fail(changes.events.kinds().size() > before);
            if (changes.events.kinds().size() > before) {
                throw new IllegalStateException("no record");
            }
        });
        long second = changes.applyAll(id);
        assertThat(kept(changes)).containsExactly(first, second);

        changes.events.atEach(() -> {});
        changes.events.fail(false);
        long third = replace(changes, "3");
        assertThat(kept(changes)).containsExactly(third);
    }
}
