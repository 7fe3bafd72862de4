package dev.mulligan.image.build;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where Debian's packages come from.
 *
 * @param sources lines for sources.list(5); empty: mmdebstrap's own default
 * @param origin for people
 */
record DebianMirror(List<String> sources, String origin) {

    DebianMirror {
        sources = List.copyOf(sources);
    }

    /**
     * The configured mirror; else the one that this host takes its own packages from, which is near and allowed; else
     * mmdebstrap's default.
     *
     * @param host the host's sources, if it is a Debian
     * @param suite to be installed, not necessarily the host's
     */
    static DebianMirror choose(Optional<URI> configured, List<AptSource> host, String suite) {
        if (configured.isPresent()) {
            String mirror = configured.get().toString();
            return new DebianMirror(lines(mirror, suite, Optional.empty()), mirror);
        }
        Optional<String> main = host.stream()
                .filter(source -> source.offersMain() && source.uri().matches("[^\\s]*/debian/?"))
                .map(AptSource::uri)
                .findFirst();
        Optional<String> security = host.stream()
                .filter(source -> source.offersMain() && source.suite().endsWith("-security"))
                .map(AptSource::uri)
                .findFirst();
        return main.map(uri -> new DebianMirror(lines(uri, suite, security), uri))
                .orElseGet(() -> new DebianMirror(List.of(), "mmdebstrap's default mirror"));
    }

    private static List<String> lines(String mirror, String suite, Optional<String> security) {
        List<String> lines = new ArrayList<>();
        lines.add("deb " + mirror + " " + suite + " main");
        lines.add("deb " + mirror + " " + suite + "-updates main");
        security.ifPresent(uri -> lines.add("deb " + uri + " " + suite + "-security main"));
        return lines;
    }
}
