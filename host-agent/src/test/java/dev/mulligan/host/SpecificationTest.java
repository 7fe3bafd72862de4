package dev.mulligan.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every promise has its number and names tests that exist. */
final class SpecificationTest {
    private static final Path SPECIFICATION = Path.of("SPECIFICATION.md");
    private static final Pattern PROMISE = Pattern.compile("\\| ([A-Z]\\d+) \\| (.+) \\| (.+) \\|");
    /** A class, or one of its tests; {@code .test} alone is of the class before. */
    private static final Pattern HOLDER = Pattern.compile("`(\\w*)(?:\\.(\\w+))?`");

    @Test
    void everyPromiseIsHeldByTestsThatExist() throws IOException {
        Map<String, String> sources = sources();
        List<Matcher> promises = Files.readString(SPECIFICATION)
                .lines()
                .map(PROMISE::matcher)
                .filter(Matcher::matches)
                .toList();

        assertThat(promises)
                .hasSizeGreaterThan(30)
                .extracting(row -> row.group(1))
                .doesNotHaveDuplicates();
        for (Matcher promise : promises) {
            Matcher holder = HOLDER.matcher(promise.group(3));
            String type = "";
            int holders = 0;
            while (holder.find()) {
                holders++;
                type = holder.group(1).isEmpty() ? type : holder.group(1);
                assertThat(sources).as(promise.group()).containsKey(type);
                if (holder.group(2) != null) {
                    assertThat(sources.get(type)).as(promise.group()).contains("void " + holder.group(2) + "(");
                }
            }
            assertThat(holders).as(promise.group()).isPositive();
        }
    }

    private static Map<String, String> sources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        for (String module : List.of("vm-manager", "guest-agent", "images", "host-agent")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src/test/java"))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
                }
            }
        }
        return sources;
    }
}
