package dev.mulligan.vm;

import java.util.regex.Pattern;

/**
 * The name of a machine, chosen by whoever defines it and kept for the machine's whole life.
 *
 * <p>1 to 40 characters of {@code a-z 0-9 -}, beginning with a letter or digit: it names a directory and a
 * libvirt domain, and is part of a socket path that the kernel limits to 107 bytes.
 */
public record VmId(String value) implements Comparable<VmId> {
    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");

    public VmId {
        if (!FORM.matcher(value).matches()) {
            throw VmException.invalid(
                    "machine id", value, "1 to 40 characters a-z, 0-9 or '-', the first no '-'", "choose another id");
        }
    }

    @Override
    public int compareTo(VmId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
