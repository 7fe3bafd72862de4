package dev.mulligan.host.service;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.util.Map;
import java.util.Optional;

/** Checks of request fields that their types can't make; every complaint names the field. */
final class Field {
    private static final int LONGEST_NAME = 200;
    private static final int MOST_LABELS = 64;
    private static final int LONGEST_LABEL = 256;

    private Field() {}

    /** A name or id that must be given. */
    static String required(String field, String value) {
        if (value.isEmpty()) {
            throw invalid(field, "", "a value", "set it");
        }
        return bounded(field, value);
    }

    static Optional<String> optional(String field, String value) {
        return value.isEmpty() ? Optional.empty() : Optional.of(bounded(field, value));
    }

    static String bounded(String field, String value) {
        if (value.length() > LONGEST_NAME) {
            throw invalid(field, value.length() + " characters", "at most " + LONGEST_NAME, "");
        }
        return value;
    }

    static int between(String field, int value, int least, int most) {
        if (value < least || value > most) {
            throw invalid(field, value, least + " to " + most, "");
        }
        return value;
    }

    static long notNegative(String field, long value) {
        if (value < 0) {
            throw invalid(field, value, "0 or more", "");
        }
        return value;
    }

    static Map<String, String> labels(String field, Map<String, String> labels) {
        if (labels.size() > MOST_LABELS) {
            throw invalid(field, labels.size() + " entries", "at most " + MOST_LABELS, "");
        }
        labels.forEach((key, value) -> {
            if (key.isEmpty() || key.length() > LONGEST_LABEL || value.length() > LONGEST_LABEL) {
                throw invalid(field, key, "keys and values of at most " + LONGEST_LABEL + " characters", "");
            }
        });
        return labels;
    }

    static HostException invalid(String field, Object value, String expected, String remedy) {
        return HostException.of(HostErrorCode.INVALID_ARGUMENT, field)
                .value(value)
                .expected(expected)
                .remedy(remedy)
                .build();
    }
}
