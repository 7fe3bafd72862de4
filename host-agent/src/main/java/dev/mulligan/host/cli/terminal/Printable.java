package dev.mulligan.host.cli.terminal;

/**
 * Text from elsewhere (a guest, a file name, a label) in a form that is safe to show: control characters, and those
 * that reverse the direction of what follows, become escapes, so that no name can move the cursor or pose as another.
 */
public record Printable(String original) {
    /** The safe form of a text. */
    public static String of(String text) {
        return new Printable(text).toString();
    }

    /** The safe form of a text that may have several lines: line feeds and tabs stay. */
    public static String ofLines(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        for (String line : text.split("(?<=[\n\t])", -1)) {
            boolean ended = line.endsWith("\n") || line.endsWith("\t");
            safe.append(ended ? of(line.substring(0, line.length() - 1)) + line.charAt(line.length() - 1) : of(line));
        }
        return safe.toString();
    }

    @Override
    public String toString() {
        if (isSafe()) {
            return original;
        }
        StringBuilder safe = new StringBuilder(original.length() + 16);
        original.codePoints().forEach(codePoint -> {
            if (isUnsafe(codePoint)) {
                safe.append(
                        codePoint <= 0xff ? String.format("\\x%02x", codePoint) : String.format("\\u%04x", codePoint));
            } else {
                safe.appendCodePoint(codePoint);
            }
        });
        return safe.toString();
    }

    /** By hand: nearly all text is safe, and a stream takes a program that lives for a moment long to set up. */
    private boolean isSafe() {
        for (int index = 0; index < original.length(); index += Character.charCount(original.codePointAt(index))) {
            if (isUnsafe(original.codePointAt(index))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isUnsafe(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
