package dev.mulligan.image.archive;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The packages of a Debian root file system, from dpkg's own record (deb822(5), {@code var/lib/dpkg/status}); nothing
 * of the root file system has to run for it.
 */
public final class InstalledPackages {

    public static final String PATH = "var/lib/dpkg/status";

    private final Map<String, String> versions;

    private InstalledPackages(Map<String, String> versions) {
        this.versions = versions;
    }

    public static InstalledPackages parse(String status) {
        Map<String, String> versions = new TreeMap<>();
        Map<String, String> stanza = new HashMap<>();
        for (String line : status.lines().toList()) {
            if (line.isBlank()) {
                add(stanza, versions);
                stanza.clear();
            } else if (!line.startsWith(" ") && !line.startsWith("\t")) {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    stanza.put(
                            line.substring(0, colon).toLowerCase(Locale.ROOT),
                            line.substring(colon + 1).strip());
                }
            }
        }
        add(stanza, versions);
        return new InstalledPackages(versions);
    }

    /** Name → version, as dpkg writes it. */
    public Map<String, String> versions() {
        return Map.copyOf(versions);
    }

    /** The version that a program of the package would print: without epoch and Debian revision. */
    public Optional<String> upstreamVersion(String name) {
        String version = versions.get(name);
        if (version == null) {
            return Optional.empty();
        }
        String withoutEpoch = version.substring(version.indexOf(':') + 1);
        int revision = withoutEpoch.lastIndexOf('-');
        return Optional.of(revision < 0 ? withoutEpoch : withoutEpoch.substring(0, revision));
    }

    private static void add(Map<String, String> stanza, Map<String, String> versions) {
        String name = stanza.get("package");
        String version = stanza.get("version");
        if (name != null && version != null && stanza.getOrDefault("status", "").endsWith(" installed")) {
            versions.putIfAbsent(name, version);
        }
    }
}
