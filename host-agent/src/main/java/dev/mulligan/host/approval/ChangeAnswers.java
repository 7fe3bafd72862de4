package dev.mulligan.host.approval;

import dev.mulligan.host.Actor;

/** What answers do to the changes that they are about. */
public interface ChangeAnswers {
    /** Whether some of them are undecided still. */
    boolean isPending(ChangesQuestion question);

    /** {@code NO_SUCH_FILE} unless each path of the answer chooses some of them that is undecided. */
    void require(ChangesQuestion question, Answer.Narrow narrow);

    /**
     * Does what a person has said: allowed, those that are undecided reach the folder; narrowed, those that are chosen do
     * and the others stay undecided; denied, they stay away for good. Those that are decided stay as they are.
     *
     * @throws dev.mulligan.host.HostException nothing has changed then: {@code FILE_CONFLICT} if the folder was edited,
     *     and whatever else keeps changes from a folder
     */
    void carryOut(ChangesQuestion question, Answer answer, Actor actor);
}
