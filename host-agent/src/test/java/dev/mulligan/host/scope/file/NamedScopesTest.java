package dev.mulligan.host.scope.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.scope.Rulebook;
import dev.mulligan.host.scope.Scope;
import dev.mulligan.host.scope.ScopeName;
import dev.mulligan.host.scope.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NamedScopesTest {
    private final Path directory;
    private final NamedScopes scopes;

    NamedScopesTest(@TempDir Path directory) {
        this.directory = directory;
        this.scopes = new NamedScopes(directory, new ScopeForm(Path.of("/home/me")));
    }

    private void write(String name, String yaml) throws IOException {
        Files.writeString(directory.resolve(name + ".yaml"), yaml);
    }

    @Test
    void aChainOfScopesBecomesOne() throws IOException {
        write("top", "{tools: [shell, files], rules: [{when: 'tool == \"files\"', then: ask}]}");
        write("middle", "{extends: top, tools: [shell], apply: never}");
        Scope scope = scopes.get(new ScopeName("middle"));
        assertThat(scope.tools()).containsExactly(Tool.SHELL);
        assertThat(scope.inherited()).extracting(Rulebook::origin).containsExactly("top");
        assertThat(scopes.names()).containsExactly(new ScopeName("middle"), new ScopeName("top"));
        // Read anew each time.
        write("middle", "{extends: top, tools: [files]}");
        assertThat(scopes.get(new ScopeName("middle")).tools()).containsExactly(Tool.FILES);
    }

    @Test
    void anUnknownNameIsSaidWithThoseThatThereAre() throws IOException {
        assertThatThrownBy(() -> scopes.get(new ScopeName("reports")))
                .asInstanceOf(type(HostException.class))
                .returns(HostErrorCode.UNKNOWN_SCOPE, HostException::code)
                .satisfies(unknown -> assertThat(unknown.remedy())
                        .contains(directory.resolve("reports.yaml").toString()));
        write("reports", "tools: [shell]");
        assertThatThrownBy(() -> scopes.get(new ScopeName("report")))
                .asInstanceOf(type(HostException.class))
                .returns("one of reports", HostException::expected)
                .returns("did you mean 'reports'?", HostException::remedy);
    }

    @Test
    void aCircleIsRefused() throws IOException {
        write("a", "extends: b");
        write("b", "extends: c");
        write("c", "extends: a");
        assertThatThrownBy(() -> scopes.get(new ScopeName("a"))).hasMessageContaining("circle");
        write("d", "extends: d");
        assertThatThrownBy(() -> scopes.get(new ScopeName("d"))).hasMessageContaining("circle");
    }

    @Test
    void aMistakeNamesTheFile() throws IOException {
        write("top", "tools: [shell]");
        write("wide", "{extends: top, tools: [python]}");
        write("broken", "tools: [");
        assertThatThrownBy(() -> scopes.get(new ScopeName("wide")))
                .hasMessageContaining(directory.resolve("wide.yaml").toString())
                .hasMessageContaining("tools would widen the scope top: python (expected: of shell)");
        assertThatThrownBy(() -> scopes.get(new ScopeName("broken")))
                .hasMessageContaining(directory.resolve("broken.yaml") + ":1:");
    }

    @Test
    void onlyItsOwnFilesAreNames() throws IOException {
        write("good", "tools: [shell]");
        write(".hidden", "tools: [shell]");
        write("a b", "tools: [shell]");
        write("scope", "tools: [shell]");
        Files.writeString(directory.resolve("note.txt"), "");
        assertThat(scopes.names()).containsExactly(new ScopeName("good"));
        assertThat(new NamedScopes(directory.resolve("none"), new ScopeForm(Path.of("/home/me"))).names())
                .isEmpty();
        for (String name : new String[] {"../good", "a/b", "", ".", "x".repeat(65), "scope"}) {
            assertThatThrownBy(() -> new ScopeName(name)).isInstanceOf(HostException.class);
        }
    }
}
