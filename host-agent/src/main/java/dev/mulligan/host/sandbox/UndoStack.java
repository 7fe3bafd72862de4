package dev.mulligan.host.sandbox;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What must be undone if a creation does not reach its end: pushed after each step, run backwards on {@link #close}
 * unless {@link #keep} was called. Steps run to their end even if the thread was interrupted, and one that fails does
 * not keep the others from running.
 */
final class UndoStack implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UndoStack.class);

    private final Deque<Step> steps = new ArrayDeque<>();

    /** Undoes one step. */
    interface Step {
        void undo() throws Exception;
    }

    void push(Step step) {
        steps.push(step);
    }

    /** The creation is complete: nothing is undone any more. */
    void keep() {
        steps.clear();
    }

    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        while (!steps.isEmpty()) {
            try {
                steps.pop().undo();
            } catch (Exception failed) {
                LOG.warn("a step could not be undone; 'mulligan doctor' names what is left over", failed);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
