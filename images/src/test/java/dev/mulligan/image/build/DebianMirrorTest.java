package dev.mulligan.image.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DebianMirrorTest {

    private static final String STANZAS = """
            # A comment
            Types: deb
            URIs: http://mirror.example/debian
            Suites: bookworm bookworm-updates
            Components: main
            Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

            Types: deb
            URIs: http://mirror.example/debian-security
            Suites: bookworm-security
            Components: main

            Enabled: no
            Types: deb
            URIs: http://off.example/debian
            Suites: bookworm
            Components: main
            """;

    @Test
    void theHostsMirrorServesAnotherSuiteToo() {
        DebianMirror mirror = DebianMirror.choose(Optional.empty(), AptSource.parseStanzas(STANZAS), "trixie");

        assertThat(mirror.sources())
                .containsExactly(
                        "deb http://mirror.example/debian trixie main",
                        "deb http://mirror.example/debian trixie-updates main",
                        "deb http://mirror.example/debian-security trixie-security main");
        assertThat(mirror.origin()).isEqualTo("http://mirror.example/debian");
    }

    @Test
    void theConfiguredMirrorWins() {
        DebianMirror mirror = DebianMirror.choose(
                Optional.of(URI.create("http://mine.example/debian")), AptSource.parseStanzas(STANZAS), "trixie");

        assertThat(mirror.sources())
                .containsExactly(
                        "deb http://mine.example/debian trixie main",
                        "deb http://mine.example/debian trixie-updates main");
    }

    @Test
    void otherPeoplesArchivesAreNoMirror() {
        List<AptSource> host = AptSource.parseLines("""
                deb [signed-by=/x.gpg] https://apt.example/tools bookworm main
                # deb http://off.example/debian bookworm main
                deb-src http://mirror.example/debian bookworm main
                deb http://mirror.example/debian bookworm contrib
                """);

        assertThat(DebianMirror.choose(Optional.empty(), host, "trixie").sources())
                .isEmpty();
    }

    @Test
    void readsBothFormatsOfAHost(@TempDir Path apt) throws IOException {
        Files.writeString(apt.resolve("sources.list"), "deb http://one.example/debian bookworm main contrib\n");
        Files.createDirectory(apt.resolve("sources.list.d"));
        Files.writeString(apt.resolve("sources.list.d/debian.sources"), STANZAS);
        Files.writeString(apt.resolve("sources.list.d/debian.sources.save"), STANZAS);

        assertThat(AptSource.ofHost(apt))
                .containsExactly(
                        new AptSource("http://one.example/debian", "bookworm", List.of("main", "contrib")),
                        new AptSource("http://mirror.example/debian", "bookworm", List.of("main")),
                        new AptSource("http://mirror.example/debian", "bookworm-updates", List.of("main")),
                        new AptSource("http://mirror.example/debian-security", "bookworm-security", List.of("main")));
    }

    @Test
    void aHostWithoutAptHasNone(@TempDir Path empty) throws IOException {
        assertThat(AptSource.ofHost(empty)).isEmpty();
    }
}
