package dev.mulligan.host.scope;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.vm.DataSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes the scope of a task that is handed on: what it asks for, and what it leaves out as there but for {@code root},
 * within what is handed on. Where it asks for more it gets less; only a folder of which nothing is left is refused: no
 * call would ever say why it is not there.
 */
final class HandingOn {
    private final ResolvedScope from;
    private final String givers;
    private final Scope own;

    HandingOn(ResolvedScope from, String givers, Scope own) {
        this.from = from;
        this.givers = givers;
        this.own = own;
    }

    HandedOn to(DataSize memory, int processors) {
        own.folders().forEach(this::require);
        Scope scope = filled().resolve(memory, processors).narrow(from).asked(own.base());
        return new HandedOn(scope, Withheld.of(own, scope));
    }

    private void require(Folder folder) {
        if (from.folders().stream().allMatch(there -> folder.narrow(there).isEmpty())) {
            throw HostException.of(HostErrorCode.BAD_SCOPE, "folders would widen the scope of " + givers)
                    .value(folder.shown())
                    .expected(from.folders().isEmpty() ? "none" : "in " + Folder.shown(from.folders()))
                    .remedy("ask for no more than it has, or leave the folders out")
                    .build();
        }
    }

    /** What it leaves out as there; of memory, processors and disk all that its sandbox has, for now. */
    private Scope filled() {
        Limits mine = own.limits();
        Limits theirs = from.limits().asked();
        return new Scope(
                own.base(),
                own.tools().isEmpty() ? from.tools() : own.tools(),
                own.root(),
                own.folders().isEmpty() ? from.folders() : own.folders(),
                new Limits(
                        mine.time().or(theirs::time),
                        mine.memory(),
                        mine.cpuMillis(),
                        mine.output().or(theirs::output),
                        mine.processes().isPresent() ? mine.processes() : theirs.processes(),
                        mine.disk(),
                        mine.patience().or(theirs::patience)),
                own.rules(),
                own.apply(),
                own.fallback().or(() -> Optional.of(from.fallback())),
                own.recording().or(() -> Optional.of(from.recording())),
                inherited());
    }

    private List<Rulebook> inherited() {
        List<Rulebook> books = new ArrayList<>(own.inherited());
        books.addFirst(Rulebook.own(own.rules(), own.apply()));
        return Rulebook.joined(books, from.rulebooks()).stream()
                .filter(book -> !book.isOwn())
                .toList();
    }
}
