package dev.mulligan.host.workspace.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.workspace.LinkTarget;
import dev.mulligan.host.workspace.RelativePath;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Paths that a guest may send and that are none: they end where they are read, before anything is done with them. */
final class HostilePathsTest {
    static Stream<String> paths() {
        return Stream.of(
                "",
                "/",
                "/etc/passwd",
                "//etc/passwd",
                ".",
                "..",
                "../outside/precious",
                "a/../../outside/precious",
                "a/..",
                "a/./b",
                "./a",
                "a//b",
                "a/",
                "a/b/../../../x",
                "a\0b",
                "a/\0",
                "n".repeat(256),
                "a/" + "n".repeat(256) + "/b",
                ("n".repeat(200) + "/").repeat(21) + "n");
    }

    @ParameterizedTest
    @MethodSource("paths")
    void areRefused(String path) {
        assertThatThrownBy(() -> RelativePath.ofBytes(ByteString.copyFromUtf8(path)))
                .isInstanceOfSatisfying(
                        HostException.class,
                        refused -> assertThat(refused.code()).isEqualTo(HostErrorCode.BAD_PATH));
    }

    @Test
    void whatMovesACursorIsShownHarmless() {
        assertThat(RelativePath.of("a\u001b[2J\nb\u202ec").toString()).isEqualTo("a\\x1b[2J\\x0ab\\xe2\\x80\\xaec");
        assertThat(RelativePath.ofBytes(ByteString.copyFrom(new byte[] {(byte) 0xff, 'a'}))
                        .toString())
                .isEqualTo("\\xffa");
    }

    @Test
    void linksThatLeadOutAreKnownByTheirText() {
        RelativePath deep = RelativePath.of("a/b/link");
        for (String out : new String[] {
            "/etc", "../../..", "../../../x", "x/../../../../y", "..//.././../z", "./../b/../c", "..x/../y"
        }) {
            assertThat(LinkTarget.of(out).leadsOut(deep)).as(out).isTrue();
        }
        for (String in : new String[] {"x", "../x", "../../x", "./../b/c", "...", "..x/y"}) {
            assertThat(LinkTarget.of(in).leadsOut(deep)).as(in).isFalse();
        }
    }
}
