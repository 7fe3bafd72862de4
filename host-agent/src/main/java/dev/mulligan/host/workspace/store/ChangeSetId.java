package dev.mulligan.host.workspace.store;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.util.regex.Pattern;

/** Names one change set on this host, for ever: 1 to 64 of {@code [A-Za-z0-9_-]}, chosen by the host. */
public record ChangeSetId(String value) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    public ChangeSetId {
        if (!FORM.matcher(value).matches()) {
            throw HostException.of(HostErrorCode.INVALID_ARGUMENT, "change set id")
                    .value(value)
                    .expected(FORM.pattern())
                    .build();
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
