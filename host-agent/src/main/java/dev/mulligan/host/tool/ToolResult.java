package dev.mulligan.host.tool;

import dev.mulligan.host.guest.MimeBundle;
import java.util.List;

/**
 * How a tool call ended by itself, or by the guest's own bounds.
 *
 * @param exitCode of the program; 0 where none ran
 * @param message for people; empty if all went well
 * @param results what the call returned, the value of its last expression first
 */
public record ToolResult(Ending ending, int exitCode, String message, List<MimeBundle> results) {
    public ToolResult {
        results = List.copyOf(results);
    }

    ToolResult(Ending ending, int exitCode, String message) {
        this(ending, exitCode, message, List.of());
    }

    static final ToolResult OK = new ToolResult(Ending.OK, 0, "");

    static ToolResult error(String message) {
        return new ToolResult(Ending.ERROR, 0, message);
    }

    /** The ways to end. */
    public enum Ending {
        OK,
        /** Exit code not zero, or a file operation that failed. */
        ERROR,
        TIME_LIMIT,
        MEMORY_LIMIT
    }
}
