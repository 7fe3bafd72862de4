package dev.mulligan.vm.libvirt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * The host's processor as Linux describes it ({@code /proc/cpuinfo}): what it says of the first one.
 *
 * @param name for people to read
 * @param flags what it can do
 * @param bogomips twice the rate of its time-stamp counter in MHz, where that is steady; empty if not said
 */
record HostProcessor(String name, List<String> flags, String bogomips) {
    private static final Path DESCRIPTION = Path.of("/proc/cpuinfo");

    // Linux measures the rate anew at each boot of the host, a little differently.
    private static final int STEP = 10;

    HostProcessor {
        flags = List.copyOf(flags);
    }

    static HostProcessor ofThisHost() {
        try {
            return parse(Files.readAllLines(DESCRIPTION));
        } catch (IOException missing) {
            return parse(List.of());
        }
    }

    static HostProcessor parse(List<String> lines) {
        String flags = value(lines, "flags");
        return new HostProcessor(
                value(lines, "model name"),
                flags.isEmpty() ? List.of() : List.of(flags.split(" ")),
                value(lines, "bogomips"));
    }

    private static String value(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("");
    }

    /**
     * At how many MHz its time-stamp counter runs, to the next ten, if the counter runs at one rate whatever the
     * processor does, and is the same for all of them; empty otherwise.
     */
    OptionalInt steadyCounter() {
        if (!flags.containsAll(List.of("constant_tsc", "nonstop_tsc")) || bogomips.isEmpty()) {
            return OptionalInt.empty();
        }
        double mhz = Double.parseDouble(bogomips) / 2;
        return OptionalInt.of((int) Math.round(mhz / STEP) * STEP);
    }
}
