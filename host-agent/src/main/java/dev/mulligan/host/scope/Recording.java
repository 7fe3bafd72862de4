package dev.mulligan.host.scope;

import java.util.Locale;

/** What the record holds of a call's arguments, from less to more. */
public enum Recording {
    /** Their SHA-256 and length. */
    DIGESTS,
    /** Themselves, too, as far as there is room. */
    FULL;

    /** As people write it: {@code full}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Who narrows a scope cannot take anything out of the record. */
    Recording narrow(Recording other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
