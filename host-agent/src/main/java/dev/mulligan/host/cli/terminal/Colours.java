package dev.mulligan.host.cli.terminal;

/** Words in colour, or as they are where colours are not wanted. */
public record Colours(boolean enabled) {
    public String good(String text) {
        return paint("32", text);
    }

    public String doubtful(String text) {
        return paint("33", text);
    }

    public String bad(String text) {
        return paint("31", text);
    }

    public String strong(String text) {
        return paint("1", text);
    }

    public String faint(String text) {
        return paint("2", text);
    }

    private String paint(String code, String text) {
        return enabled ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
