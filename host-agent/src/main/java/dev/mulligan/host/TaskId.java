package dev.mulligan.host;

import java.util.regex.Pattern;

/** Names one task on this host, for ever: 1 to 64 of {@code [A-Za-z0-9_-]}, chosen by the client or the host. */
public record TaskId(String value) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    public TaskId {
        if (!FORM.matcher(value).matches()) {
            throw HostException.of(HostErrorCode.INVALID_ARGUMENT, "task id")
                    .value(value)
                    .expected(FORM.pattern())
                    .remedy("choose another id, or leave it empty")
                    .build();
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
