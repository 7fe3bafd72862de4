package dev.mulligan.host.workspace.text;

import java.util.List;

/**
 * Edits that are so close that they are shown together, with up to three equal lines around.
 *
 * @param number from 1
 * @param text in the unified format, header included; not escaped: it has whatever the file has
 */
public record Hunk(int number, String text, List<Span> spans) {
    public Hunk {
        spans = List.copyOf(spans);
    }

    /** Lines of the old text, and the lines that take their place. */
    record Span(int oldStart, int oldEnd, List<String> lines) {
        Span {
            lines = List.copyOf(lines);
        }
    }
}
