package dev.mulligan.host.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.audit.AuditEntry;
import dev.mulligan.host.audit.AuditQuery;
import dev.mulligan.host.sandbox.Sandbox;
import dev.mulligan.host.sandbox.Workspace;
import dev.mulligan.host.scope.Effect;
import dev.mulligan.host.workspace.apply.ApplyState;
import dev.mulligan.host.workspace.apply.JournalEntry;
import dev.mulligan.host.workspace.store.ChangeState;
import dev.mulligan.host.workspace.store.RecordedChange;
import dev.mulligan.host.workspace.store.RecordedChangeSet;
import dev.mulligan.vm.DiskAttachment;
import dev.mulligan.vm.Vm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What must be so when a task has ended, whatever was killed on the way. */
final class Aftermath {
    private final RealSandboxes host;
    private final Path state;
    private final GrantedReports reports;
    private int forgotten;

    Aftermath(RealSandboxes host, Path state, GrantedReports reports) {
        this.host = host;
        this.state = state;
        this.reports = reports;
    }

    /** The task has a state that says what happened, and its changes are where that state says. */
    void requireEnded(String name, Task task) {
        List<RecordedChange> changes = host.changes.ofTask(task.id()).stream()
                .map(RecordedChangeSet::changes)
                .flatMap(List::stream)
                .toList();
        switch (task.state()) {
            case SUCCEEDED -> {
                assertThat(task.reason()).as(name).isEmpty();
                assertThat(changes).as(name).isNotEmpty();
                for (RecordedChange change : changes) {
                    ChangeState expected = switch (change.ruling().effect()) {
                        case ALLOW -> ChangeState.APPLIED;
                        case ASK -> ChangeState.PENDING;
                        case DENY -> ChangeState.REJECTED;
                    };
                    assertThat(change.state()).as("%s: %s", name, change).isEqualTo(expected);
                }
            }
            case INTERRUPTED, FAILED -> {
                assertThat(task.reason()).as(name).isNotEmpty().doesNotContain("could not", "unexpected");
                if (task.spec().onFailure() == OnFailure.ROLLBACK) {
                    assertThat(changes).as(name).isEmpty();
                }
                assertThat(changes).as(name).noneMatch(change -> change.state() == ChangeState.APPLIED);
                assertThat(changes)
                        .as(name)
                        .filteredOn(change -> change.ruling().effect() == Effect.DENY)
                        .allMatch(change -> change.state() == ChangeState.REJECTED);
            }
            case QUEUED, RUNNING, CANCELLED -> throw new AssertionError(name + ": " + task);
        }
    }

    void requireFolder(String name, Task task, SortedMap<String, String> expected, Optional<Errand> errand)
            throws IOException {
        errand.flatMap(Errand::failure).ifPresent(failure -> {
            throw new AssertionError(name + ": " + errand, failure);
        });
        assertThat(List.of(reports.texts()))
                .as("%s: %s %s, with %s", name, task.state(), task.reason(), errand)
                .containsAnyElementsOf(errand.map(one -> one.outcomes(expected)).orElse(List.of(expected)));
        assertThat(reports.litter()).as(name).isEmpty();
    }

    /** Nothing is open, nothing is left, and all is on record. */
    void requireWhole(String name) throws IOException {
        assertThat(host.audit.reader().verify().flaw()).as(name).isEmpty();
        List<JournalEntry> applies = host.changes.applies();
        assertThat(applies).as(name).allMatch(entry -> entry.state() == ApplyState.DONE);
        requireOnRecord(name, applies);
        requireNothingKeptForNobody(name, applies);
        assertThat(host.sandboxes.leftovers()).as(name).isEmpty();
        requireNoMachineTooMany(name);
    }

    private void requireOnRecord(String name, List<JournalEntry> applies) {
        List<AuditEntry> record = new ArrayList<>();
        host.audit.reader().query(AuditQuery.ALL, record::add);
        for (JournalEntry apply : applies) {
            assertThat(record)
                    .as("%s: what stands in the record before %s", name, apply)
                    .anyMatch(entry -> entry.event()
                                    .kind()
                                    .equals(apply.undoes().isPresent() ? "changes.undo" : "changes.apply")
                            && entry.event().task().equals(Optional.of(apply.task()))
                            && apply.changeSet().equals(Optional.of(detail(entry, "change_set")))
                            && detail(entry, "undoes")
                                    .equals(apply.undoes().map(String::valueOf).orElse(""))
                            && !entry.time().isAfter(apply.started()));
        }
    }

    private static String detail(AuditEntry entry, String key) {
        return entry.event().details().getOrDefault(key, "");
    }

    /** How many entries of that kind the record has. */
    int recorded(String kind) {
        List<AuditEntry> record = new ArrayList<>();
        host.audit.reader().query(AuditQuery.ALL, record::add);
        return (int) record.stream()
                .filter(entry -> entry.event().kind().equals(kind))
                .count();
    }

    private void requireNothingKeptForNobody(String name, List<JournalEntry> applies) throws IOException {
        Map<String, String> uses = host.changed.read(handle -> handle.createQuery(
                        "SELECT digest, group_concat(user, ' ') AS users FROM content_use GROUP BY digest")
                .reduceRows(new java.util.HashMap<String, String>(), (all, row) -> {
                    all.put(row.getColumn("digest", String.class), row.getColumn("users", String.class));
                    return all;
                }));
        Set<String> kept;
        try (var files = Files.list(state.resolve("changes"))) {
            kept = files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }
        assertThat(kept).as(name).isEqualTo(uses.keySet());
        Set<String> numbers =
                applies.stream().map(entry -> "apply:" + entry.number()).collect(Collectors.toSet());
        Set<String> users = new TreeSet<>();
        uses.values().forEach(list -> users.addAll(List.of(list.split(" "))));
        users.removeIf(user -> user.startsWith("set:"));
        assertThat(numbers).as(name).containsAll(users);
    }

    private void requireNoMachineTooMany(String name) throws IOException {
        Set<String> sandboxes = new TreeSet<>();
        for (Sandbox sandbox : host.sandboxes.list(Map.of())) {
            sandboxes.add(sandbox.id().value());
            assertThat(sandbox.task()).as(name).isEmpty();
            Set<String> shown = host.sandboxes.workspaces().list(sandbox.id()).stream()
                    .map(Workspace::id)
                    .collect(Collectors.toSet());
            Set<String> plugged = machine(sandbox).attachments().stream()
                    .map(DiskAttachment::serial)
                    .collect(Collectors.toSet());
            if (!plugged.equals(shown)) {
                assertThat(plugged).as(name).containsAll(shown);
                requireNotShownToTheNext(name, sandbox);
            }
        }
        try (var files = Files.walk(state.resolve("m"))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                boolean socket = !Files.isDirectory(file) && !Files.isRegularFile(file);
                if (socket) {
                    assertThat(sandboxes)
                            .as("%s: whose is %s?", name, file)
                            .contains(state.resolve("m")
                                    .relativize(file)
                                    .getName(0)
                                    .toString());
                }
            }
        }
    }

    /** Killed between plugging a folder in and noting that: a task that was not granted it must not see it. */
    private void requireNotShownToTheNext(String name, Sandbox sandbox) {
        Task next = host.run(Specs.in(sandbox.id().value(), OnFailure.ROLLBACK, Specs.shell("mounts")));
        assertThat(next).as(name).returns(TaskState.SUCCEEDED, Task::state);
        assertThat(next.results().getFirst().outputBytes()).as(name).isZero();
        assertThat(machine(sandbox).attachments()).as(name).isEmpty();
        forgotten++;
    }

    /** How many disks were left over, until the next task came. */
    int forgotten() {
        return forgotten;
    }

    private Vm machine(Sandbox sandbox) {
        return host.machines.list().stream()
                .filter(vm -> vm.id().value().equals(sandbox.id().value()))
                .findFirst()
                .orElseThrow();
    }
}
