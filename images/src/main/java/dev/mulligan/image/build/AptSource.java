package dev.mulligan.image.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One entry of a host's sources.list(5), in either format.
 *
 * @param uri of the archive
 * @param suite one of those that the entry names
 * @param components {@code main}, …
 */
record AptSource(String uri, String suite, List<String> components) {

    AptSource {
        components = List.copyOf(components);
    }

    boolean offersMain() {
        return components.contains("main");
    }

    /**
     * The sources of a host; none where there is no apt.
     *
     * @param configuration usually {@code /etc/apt}
     */
    static List<AptSource> ofHost(Path configuration) throws IOException {
        List<Path> files = new ArrayList<>(List.of(configuration.resolve("sources.list")));
        Path folder = configuration.resolve("sources.list.d");
        if (Files.isDirectory(folder)) {
            try (Stream<Path> children = Files.list(folder)) {
                children.sorted().forEach(files::add);
            }
        }
        List<AptSource> sources = new ArrayList<>();
        for (Path file : files) {
            if (Files.isReadable(file) && file.toString().endsWith(".sources")) {
                sources.addAll(parseStanzas(Files.readString(file)));
            } else if (Files.isReadable(file) && file.toString().endsWith(".list")) {
                sources.addAll(parseLines(Files.readString(file)));
            }
        }
        return sources;
    }

    /** {@code deb [options] uri suite component…}. */
    static List<AptSource> parseLines(String text) {
        List<AptSource> sources = new ArrayList<>();
        for (String line : text.lines().toList()) {
            List<String> words = words(line.replaceFirst("#.*", "").replaceFirst("\\[[^\\]]*\\]", ""));
            if (words.size() > 3 && words.getFirst().equals("deb")) {
                sources.add(new AptSource(words.get(1), words.get(2), words.subList(3, words.size())));
            }
        }
        return sources;
    }

    /** deb822: stanzas of {@code Types}, {@code URIs}, {@code Suites}, {@code Components}. */
    static List<AptSource> parseStanzas(String text) {
        List<AptSource> sources = new ArrayList<>();
        Map<String, String> stanza = new HashMap<>();
        for (String line : (text + "\n\n").lines().toList()) {
            int colon = line.indexOf(':');
            if (line.isBlank()) {
                add(stanza, sources);
                stanza.clear();
            } else if (!line.startsWith("#") && !line.startsWith(" ") && colon > 0) {
                stanza.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1));
            }
        }
        return sources;
    }

    private static void add(Map<String, String> stanza, List<AptSource> sources) {
        boolean enabled = !stanza.getOrDefault("enabled", "yes").strip().equals("no");
        if (enabled && words(stanza.getOrDefault("types", "")).contains("deb")) {
            for (String uri : words(stanza.getOrDefault("uris", ""))) {
                for (String suite : words(stanza.getOrDefault("suites", ""))) {
                    sources.add(new AptSource(uri, suite, words(stanza.getOrDefault("components", ""))));
                }
            }
        }
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.strip().split("\\s+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
