package dev.mulligan.host.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mulligan.host.HostException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FolderTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "/", "//", "a", "~/a", "/a/..", "/a/../b", "/./a", "/a\0b"})
    void refusesPathsThatAreNone(String path) {
        assertThatThrownBy(() -> new Folder(path, "/w", Access.READ, List.of())).isInstanceOf(HostException.class);
        assertThatThrownBy(() -> new Folder("/a", path, Access.READ, List.of())).isInstanceOf(HostException.class);
    }

    @Test
    void pathsAreBounded() {
        assertThatThrownBy(() -> new Folder("/" + "a".repeat(256), "/w", Access.READ, List.of()))
                .isInstanceOf(HostException.class);
        assertThatThrownBy(() -> new Folder("/a".repeat(2049), "/w", Access.READ, List.of()))
                .isInstanceOf(HostException.class);
        assertThat(new Folder("//a///b/", "/w/", Access.READ, List.of()))
                .isEqualTo(new Folder("/a/b", "/w", Access.READ, List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "!keep", "a\nb"})
    void refusesExcludesThatAreNone(String pattern) {
        assertThatThrownBy(() -> new Folder("/a", "/w", Access.READ, List.of(pattern)))
                .isInstanceOf(HostException.class);
    }

    @Test
    void foldersOfAScopeDoNotOverlap() {
        for (List<Folder> folders : List.of(
                List.of(folder("/a", "/w"), folder("/a", "/v")),
                List.of(folder("/a", "/w"), folder("/a/b", "/v")),
                List.of(folder("/a", "/w"), folder("/b", "/w/x")))) {
            assertThatThrownBy(() -> scope(folders)).hasMessageContaining("overlap");
        }
        assertThat(scope(List.of(folder("/a", "/w"), folder("/ab", "/wx"))).folders())
                .hasSize(2);
        assertThatThrownBy(() -> scope(Collections.nCopies(33, folder("/a", "/w"))))
                .hasMessageContaining("number of folders");
    }

    private static Folder folder(String path, String as) {
        return new Folder(path, as, Access.READ, List.of());
    }

    private static Scope scope(List<Folder> folders) {
        Scope nothing = Scope.NOTHING;
        return new Scope(
                nothing.base(),
                nothing.tools(),
                false,
                folders,
                Limits.DEFAULT,
                List.of(),
                nothing.apply(),
                nothing.fallback(),
                nothing.recording(),
                List.of());
    }
}
