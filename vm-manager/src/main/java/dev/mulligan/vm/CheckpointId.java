package dev.mulligan.vm;

import java.util.regex.Pattern;

/** The name of a checkpoint, given by the manager; unique within its machine and never used again. */
public record CheckpointId(String value) implements Comparable<CheckpointId> {
    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");

    public CheckpointId {
        if (!FORM.matcher(value).matches()) {
            throw VmException.invalid(
                    "checkpoint id", value, "1 to 40 characters a-z, 0-9 or '-'", "take an id from the list");
        }
    }

    @Override
    public int compareTo(CheckpointId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
