package dev.mulligan.host.scope;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.util.regex.Pattern;

/**
 * Names a scope of this host.
 *
 * @param value 1 to 64 of [A-Za-z0-9_-], so that it can be a file's name and the beginning of a rule's
 */
public record ScopeName(String value) {
    /** Stands before the rules of a scope that has no name. */
    static final String OWN = "scope";

    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    public ScopeName {
        if (!VALID.matcher(value).matches() || value.equals(OWN)) {
            throw HostException.of(HostErrorCode.BAD_SCOPE, "name of a scope")
                    .value(value)
                    .expected("1 to 64 of A-Z a-z 0-9 _ -, and not \"" + OWN + "\"")
                    .remedy("mulligan scope list shows the names that there are")
                    .build();
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
