package dev.mulligan.host.scope;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes one scope of a named one and another that extends it; what would widen the named one is refused. */
final class Extension {
    private final ScopeName name;
    private final Scope base;
    private final Scope own;

    /** @param base whole: what it takes over itself is in it already */
    Extension(ScopeName name, Scope base, Scope own) {
        this.name = name;
        this.base = base;
        this.own = own;
    }

    /** Both; {@code BAD_SCOPE} names the field that would widen the base, with both values. */
    Scope scope() {
        return new Scope(
                Optional.of(name),
                tools(),
                root(),
                folders(),
                limits(),
                own.rules(),
                apply(),
                fallback(),
                recording(),
                inherited());
    }

    private Set<Tool> tools() {
        if (own.tools().isEmpty()) {
            return base.tools();
        }
        require(base.tools().containsAll(own.tools()), "tools", labels(own.tools()), "of " + labels(base.tools()));
        return own.tools();
    }

    private boolean root() {
        require(base.root() || !own.root(), "root", true, "false");
        return own.root();
    }

    private List<Folder> folders() {
        if (own.folders().isEmpty()) {
            return base.folders();
        }
        for (Folder folder : own.folders()) {
            require(
                    base.folders().stream().anyMatch(folder::isWithin),
                    "folders",
                    text(folder),
                    base.folders().isEmpty()
                            ? "none"
                            : "in "
                                    + base.folders().stream()
                                            .map(Extension::text)
                                            .collect(Collectors.joining(", ")));
        }
        // Where a whole folder is granted anew, the excludes of the base hold on.
        return own.folders().stream()
                .map(folder -> base.folders().stream()
                        .filter(folder::isWithin)
                        .findFirst()
                        .flatMap(folder::narrow)
                        .orElseThrow())
                .toList();
    }

    private Limits limits() {
        Limits mine = own.limits();
        Limits theirs = base.limits();
        return new Limits(
                least("time", mine.time(), theirs.time(), Optional.of(Limits.DEFAULT_TIME)),
                least("memory", mine.memory(), theirs.memory(), Optional.empty()),
                unboxed(least("cpus", boxed(mine.cpuMillis()), boxed(theirs.cpuMillis()), Optional.empty())),
                least("output", mine.output(), theirs.output(), Optional.of(Limits.DEFAULT_OUTPUT)),
                unboxed(least(
                        "processes",
                        boxed(mine.processes()),
                        boxed(theirs.processes()),
                        Optional.of(Limits.DEFAULT_PROCESSES))),
                least("disk", mine.disk(), theirs.disk(), Optional.empty()),
                least("approval", mine.patience(), theirs.patience(), Optional.of(Limits.DEFAULT_PATIENCE)));
    }

    private <T extends Comparable<? super T>> Optional<T> least(
            String field, Optional<T> mine, Optional<T> theirs, Optional<T> theirDefault) {
        Optional<T> most = theirs.or(() -> theirDefault);
        if (mine.isPresent() && most.isPresent()) {
            require(
                    mine.get().compareTo(most.get()) <= 0,
                    "limits." + field,
                    mine.get(),
                    "at most " + most.get() + (theirs.isPresent() ? "" : ", the default"));
        }
        return mine.or(() -> theirs);
    }

    private Optional<ApplyMode> apply() {
        ApplyMode most = base.rulebooks().stream()
                .flatMap(book -> book.apply().stream())
                .max(ApplyMode::compareTo)
                .orElse(ApplyMode.ASK);
        own.apply()
                .ifPresent(mine ->
                        require(mine.compareTo(most) >= 0, "apply", mine.label(), most.label() + " or stricter"));
        return own.apply();
    }

    private Optional<Effect> fallback() {
        Effect theirs = base.fallback().orElse(Effect.DENY);
        own.fallback().ifPresent(mine -> require(mine.compareTo(theirs) >= 0, "default", mine.label(), theirs.label()));
        return own.fallback().or(base::fallback);
    }

    private Optional<Recording> recording() {
        Recording theirs = base.recording().orElse(Recording.DIGESTS);
        own.recording().ifPresent(mine -> require(mine.compareTo(theirs) >= 0, "record", mine.label(), theirs.label()));
        return own.recording().or(base::recording);
    }

    private List<Rulebook> inherited() {
        Set<Rulebook> books = new LinkedHashSet<>(own.inherited());
        for (Rulebook book : base.rulebooks()) {
            books.add(
                    book.origin().equals(ScopeName.OWN)
                            ? new Rulebook(name.value(), book.rules(), book.apply())
                            : book);
        }
        return List.copyOf(books);
    }

    private void require(boolean holds, String field, Object mine, String theirs) {
        if (!holds) {
            throw HostException.of(HostErrorCode.BAD_SCOPE, field + " would widen the scope " + name)
                    .value(mine)
                    .expected(theirs)
                    .remedy("ask for no more than it gives, or leave the field out")
                    .build();
        }
    }

    private static String labels(Collection<Tool> tools) {
        return tools.isEmpty() ? "none" : tools.stream().map(Tool::label).collect(Collectors.joining(", "));
    }

    private static String text(Folder folder) {
        return folder.path() + " (" + folder.access().label() + ")";
    }

    private static Optional<Integer> boxed(OptionalInt number) {
        return number.isPresent() ? Optional.of(number.getAsInt()) : Optional.empty();
    }

    private static OptionalInt unboxed(Optional<Integer> number) {
        return number.map(OptionalInt::of).orElseGet(OptionalInt::empty);
    }
}
