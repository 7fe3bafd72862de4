package dev.mulligan.host.tool;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.util.regex.Pattern;

/**
 * Names the session that a call is evaluated in: one of its language, user and sandbox.
 *
 * @param value 1 to 64 of [A-Za-z0-9._-]
 */
public record SessionName(String value) {
    // First: the constants below are checked by it.
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /** That of calls which name none. */
    public static final SessionName DEFAULT = new SessionName("default");

    /** No session: a fresh interpreter, for one call only. */
    public static final SessionName NEW = new SessionName("new");

    public SessionName {
        if (!VALID.matcher(value).matches()) {
            throw HostException.of(HostErrorCode.BAD_TASK, "session")
                    .value(value)
                    .expected("1 to 64 of A-Z a-z 0-9 . _ -, or \"new\" for a fresh interpreter")
                    .build();
        }
    }

    /** The session of that name; of an empty one {@link #DEFAULT}. */
    public static SessionName of(String name) {
        return name.isEmpty() ? DEFAULT : new SessionName(name);
    }

    public boolean isNew() {
        return equals(NEW);
    }

    @Override
    public String toString() {
        return value;
    }
}
