package dev.mulligan.host.approval;

import dev.mulligan.host.tool.ToolCall;

/** What became of a question. */
public sealed interface Answer {
    /** As it stands in the record. */
    String verdict();

    /** For people and for the record; may be empty. */
    default String reason() {
        return "";
    }

    /**
     * The call runs.
     *
     * @param forTask so do later calls of the task with the same tool about which the same rule asks
     */
    record Allow(boolean forTask) implements Answer {
        @Override
        public String verdict() {
            return forTask ? "allow for task" : "allow once";
        }
    }

    /** This call runs in its place. */
    record Edit(ToolCall call) implements Answer {
        @Override
        public String verdict() {
            return "edit and allow";
        }
    }

    /**
     * The call does not run.
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

    /** The task ended first. */
    record Withdrawn() implements Answer {
        @Override
        public String verdict() {
            return "withdrawn";
        }
    }
}
