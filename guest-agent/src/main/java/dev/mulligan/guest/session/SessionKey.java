package dev.mulligan.guest.session;

import dev.mulligan.guest.failure.GuestException;
import java.util.regex.Pattern;

/** What a session is known by. */
record SessionKey(InterpreterKind kind, String user, String name) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    SessionKey {
        if (!NAME.matcher(name).matches()) {
            throw GuestException.invalid("session", name, "1 to 64 of [A-Za-z0-9._-]");
        }
    }
}
