package dev.mulligan.host.workspace.text;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The difference of two texts as hunks, to look at and to choose from.
 *
 * @param hunks in order; none if the texts are equal
 */
public record TextDiff(Text before, List<Hunk> hunks) {
    private static final int CONTEXT = 3;
    private static final String NO_NEWLINE = "\\ No newline at end of file\n";

    public TextDiff {
        hunks = List.copyOf(hunks);
    }

    /** Compares. */
    public static TextDiff between(Text before, Text after) {
        List<Hunk> hunks = new ArrayList<>();
        List<Edit> edits = Edit.between(before, after);
        int start = 0;
        for (int at = 1; at <= edits.size(); at++) {
            if (at == edits.size()
                    || edits.get(at).oldStart() - edits.get(at - 1).oldEnd() > 2 * CONTEXT) {
                hunks.add(hunk(hunks.size() + 1, before, after, edits.subList(start, at)));
                start = at;
            }
        }
        return new TextDiff(before, hunks);
    }

    /** The text with only these hunks taken; {@code INVALID_ARGUMENT} if there is none of such a number. */
    public Text take(Set<Integer> numbers) {
        for (int number : numbers) {
            if (number < 1 || number > hunks.size()) {
                throw HostException.of(HostErrorCode.INVALID_ARGUMENT, "hunk")
                        .value(number)
                        .expected("1 to " + hunks.size())
                        .build();
            }
        }
        List<String> lines = new ArrayList<>();
        int done = 0;
        for (Hunk hunk : hunks) {
            if (numbers.contains(hunk.number())) {
                for (Hunk.Span span : hunk.spans()) {
                    lines.addAll(before.lines().subList(done, span.oldStart()));
                    lines.addAll(span.lines());
                    done = span.oldEnd();
                }
            }
        }
        lines.addAll(before.lines().subList(done, before.lines().size()));
        return ended(lines);
    }

    /** Of a choice, the last line may be followed by others now: only there may a line be without an end. */
    private static Text ended(List<String> lines) {
        List<String> whole = new ArrayList<>(lines);
        for (int at = 0; at < whole.size() - 1; at++) {
            if (!whole.get(at).endsWith("\n")) {
                whole.set(at, whole.get(at) + "\n");
            }
        }
        return new Text(whole);
    }

    private static Hunk hunk(int number, Text before, Text after, List<Edit> edits) {
        int oldStart = Math.max(0, edits.getFirst().oldStart() - CONTEXT);
        int newStart = edits.getFirst().newStart() - (edits.getFirst().oldStart() - oldStart);
        int oldEnd = Math.min(before.lines().size(), edits.getLast().oldEnd() + CONTEXT);
        int newEnd = edits.getLast().newEnd() + (oldEnd - edits.getLast().oldEnd());
        StringBuilder text =
                new StringBuilder("@@ -%s +%s @@\n".formatted(range(oldStart, oldEnd), range(newStart, newEnd)));
        List<Hunk.Span> spans = new ArrayList<>();
        int at = oldStart;
        for (Edit edit : edits) {
            append(text, ' ', before.lines().subList(at, edit.oldStart()));
            append(text, '-', before.lines().subList(edit.oldStart(), edit.oldEnd()));
            append(text, '+', after.lines().subList(edit.newStart(), edit.newEnd()));
            spans.add(new Hunk.Span(
                    edit.oldStart(), edit.oldEnd(), after.lines().subList(edit.newStart(), edit.newEnd())));
            at = edit.oldEnd();
        }
        append(text, ' ', before.lines().subList(at, oldEnd));
        return new Hunk(number, text.toString(), spans);
    }

    /** Of no lines, the line before. */
    private static String range(int start, int end) {
        int count = end - start;
        int first = count == 0 ? start : start + 1;
        return count == 1 ? String.valueOf(first) : first + "," + count;
    }

    private static void append(StringBuilder text, char sign, List<String> lines) {
        for (String line : lines) {
            text.append(sign).append(line);
            if (!line.endsWith("\n")) {
                text.append('\n').append(NO_NEWLINE);
            }
        }
    }
}
