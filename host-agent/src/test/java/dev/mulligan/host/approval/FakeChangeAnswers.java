package dev.mulligan.host.approval;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Changes that are decided as they are told, unless they are told otherwise. */
final class FakeChangeAnswers implements ChangeAnswers {
    /** What was carried out, in order. */
    final List<String> done = Collections.synchronizedList(new ArrayList<>());
    /** What becomes of the next answer before it is carried out. */
    volatile Consumer<Answer> before = answer -> {};

    volatile Optional<HostErrorCode> failure = Optional.empty();
    volatile boolean pending = true;

    @Override
    public boolean isPending(ChangesQuestion question) {
        return pending;
    }

    @Override
    public void require(ChangesQuestion question, Answer.Narrow narrow) {
        if (narrow.paths().contains("nowhere")) {
            throw HostException.of(HostErrorCode.NO_SUCH_FILE, "nothing there").build();
        }
    }

    @Override
    public void carryOut(ChangesQuestion question, Answer answer, Actor actor) {
        before.accept(answer);
        failure.ifPresent(code -> {
            throw HostException.of(code, "report.md has changed").build();
        });
        done.add(answer.verdict() + " by " + actor);
        pending = pending && answer instanceof Answer.Narrow;
    }
}
