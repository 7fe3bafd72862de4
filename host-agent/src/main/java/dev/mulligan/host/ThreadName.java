package dev.mulligan.host;

import java.util.regex.Pattern;

/** Names a thread: tasks that share a sandbox, one after another. 1 to 64 of {@code [A-Za-z0-9_-]}, chosen by the client. */
public record ThreadName(String value) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    public ThreadName {
        if (!FORM.matcher(value).matches()) {
            throw HostException.of(HostErrorCode.INVALID_ARGUMENT, "name of a thread")
                    .value(value)
                    .expected(FORM.pattern())
                    .remedy("choose another name, or leave it empty")
                    .build();
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
