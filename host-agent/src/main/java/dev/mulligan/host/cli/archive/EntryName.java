package dev.mulligan.host.cli.archive;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The name of an archive's entry, taken apart.
 *
 * @param components at least one, none of them empty, {@code .} or {@code ..}
 */
record EntryName(List<String> components) {
    private static final int LONGEST = 4096;

    EntryName {
        components = List.copyOf(components);
    }

    /** BAD_PATH for a name that could lead elsewhere. */
    static EntryName parse(String name) {
        requireBounded(name);
        if (name.isEmpty() || name.startsWith("/") || name.indexOf('\0') >= 0) {
            throw refused(name);
        }
        List<String> components = new ArrayList<>();
        for (String component : name.split("/", -1)) {
            if (component.equals("..")) {
                throw refused(name);
            }
            if (!component.isEmpty() && !component.equals(".")) {
                components.add(component);
            }
        }
        if (components.isEmpty()) {
            throw refused(name);
        }
        return new EntryName(components);
    }

    /** BAD_PATH for one that no file system takes, and that would only fill the memory; also for what a link points to. */
    static void requireBounded(String name) {
        if (name.length() > LONGEST) {
            throw refused(name);
        }
    }

    /** Below the directory, without the first component, which the directory stands for. */
    Path below(Path directory) {
        Path path = directory;
        for (String component : components.subList(1, components.size())) {
            try {
                path = path.resolve(component);
            } catch (InvalidPathException unusable) {
                throw refused(component);
            }
        }
        return path;
    }

    private static HostException refused(String name) {
        return HostException.of(HostErrorCode.BAD_PATH, "archive with a name that is refused")
                .value(name.substring(0, Math.min(name.length(), 200)))
                .expected("a relative name of at most " + LONGEST + " characters, without '..'")
                .remedy("nothing of it was written outside the target; look at the sandbox before you trust it")
                .build();
    }
}
