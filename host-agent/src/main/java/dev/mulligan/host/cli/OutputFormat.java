package dev.mulligan.host.cli;

import java.util.Locale;

/** What the result on stdout is written for. */
enum OutputFormat {
    /** People. */
    TEXT,
    /** Programs: protobuf's JSON, one object a line where results stream; names are lowerCamelCase but in the bench's. */
    JSON;

    /** As it is typed. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
