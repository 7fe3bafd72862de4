package dev.mulligan.host.task;

/** Text of a call in the record: as much as there is room for, and no half character. */
final class RecordedText {
    /** In characters. */
    static final int LONGEST = 16_384;

    private RecordedText() {}

    static String of(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return text.substring(0, end) + "… (" + (text.length() - end) + " characters more)";
    }
}
