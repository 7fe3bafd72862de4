package dev.mulligan.host.scope;

import java.util.Locale;

/** What a decision says, from weak to strict. */
public enum Effect {
    ALLOW,
    /** A person is asked. */
    ASK,
    DENY;

    /** As people write it: {@code allow}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean isStricterThan(Effect other) {
        return compareTo(other) > 0;
    }
}
