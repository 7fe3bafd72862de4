package dev.mulligan.host.approval;

import dev.mulligan.host.tool.ToolCall;
import dev.mulligan.host.workspace.change.Selection;
import java.util.List;
import java.util.Map;

/** What became of a question. */
public sealed interface Answer {
    /** As it stands in the record. */
    String verdict();

    /** For people and for the record; may be empty. */
    default String reason() {
        return "";
    }

    /**
     * The call runs; the changes are applied.
     *
     * @param forTask so do later calls of the task with the same tool about which the same rule asks
     */
    record Allow(boolean forTask) implements Answer {
        @Override
        public String verdict() {
            return forTask ? "allow for task" : "allow once";
        }
    }

    /** Of a call: this one runs in its place. */
    record Edit(ToolCall call) implements Answer {
        @Override
        public String verdict() {
            return "edit and allow";
        }
    }

    /**
     * Of changes: these are applied, and the others stay undecided. Paths as people see them.
     *
     * @param paths patterns, see {@link dev.mulligan.host.workspace.change.PathPattern}
     * @param exact single paths, and nothing of what is below them; without patterns and these it is all
     * @param hunks of texts, those to take; a path that is not here is taken whole
     * @param resolutions where the folder's own file has changed, too; a path that is not here is a conflict
     */
    record Narrow(
            List<String> paths,
            List<String> exact,
            Map<String, Selection.Hunks> hunks,
            Map<String, Selection.Resolution> resolutions)
            implements Answer {
        public Narrow {
            paths = List.copyOf(paths);
            exact = List.copyOf(exact);
            hunks = Map.copyOf(hunks);
            resolutions = Map.copyOf(resolutions);
        }

        @Override
        public String verdict() {
            return "narrow and allow";
        }
    }

    /**
     * The call does not run; the changes stay away for good.
     *
     * @param stop the task ends with it; otherwise it goes on with its next call
     */
    record Deny(String reason, boolean stop) implements Answer {
        @Override
        public String verdict() {
            return stop ? "deny and stop" : "deny";
        }
    }

    /** Nobody answered in time: the call does not run, and the task ends with it. */
    record Expired() implements Answer {
        @Override
        public String verdict() {
            return "expired";
        }
    }

    /** The task ended before its call was answered; the changes were all decided in another way. */
    record Withdrawn() implements Answer {
        @Override
        public String verdict() {
            return "withdrawn";
        }
    }
}
