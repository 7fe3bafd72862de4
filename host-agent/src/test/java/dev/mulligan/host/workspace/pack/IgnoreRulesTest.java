package dev.mulligan.host.workspace.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class IgnoreRulesTest {
    @Test
    void theLastRuleThatMatchesDecides() {
        IgnoreRules rules = rules("# comment\n*.log\n!keep.log\n/top\nfolder/\na/**/z\n");
        assertThat(rules.leaveOut("x.log", false)).isTrue();
        assertThat(rules.leaveOut("deep/x.log", false)).isTrue();
        assertThat(rules.leaveOut("keep.log", false)).isFalse();
        assertThat(rules.leaveOut("top", false)).isTrue();
        assertThat(rules.leaveOut("deep/top", false)).isFalse();
        assertThat(rules.leaveOut("folder", true)).isTrue();
        assertThat(rules.leaveOut("folder", false)).isFalse();
        assertThat(rules.leaveOut("a/b/c/z", false)).isTrue();
        assertThat(rules.leaveOut("# comment", false)).isFalse();
    }

    @Test
    void theNearestFileComesFirst() {
        IgnoreRules inner = rules("*.txt\n").and("sub/", bytes("!wanted.txt\n/only-here\n"));
        assertThat(inner.leaveOut("sub/other.txt", false)).isTrue();
        assertThat(inner.leaveOut("sub/wanted.txt", false)).isFalse();
        assertThat(inner.leaveOut("sub/only-here", false)).isTrue();
        assertThat(inner.leaveOut("sub/deep/only-here", false)).isFalse();
    }

    @Test
    void noFileBringsBackWhatTheScopeExcludes() {
        IgnoreRules rules = IgnoreRules.excluding(List.of("*.key", "/private/")).and("", bytes("!*.key\n!private\n"));
        assertThat(rules.leaveOut("deep/id.key", false)).isTrue();
        assertThat(rules.leaveOut("private", true)).isTrue();
        assertThat(rules.leaveOut("deep/private", true)).isFalse();
    }

    @Test
    void aPatternThatIsNoneIsRefused() {
        for (String pattern : List.of("", "# comment")) {
            assertThatThrownBy(() -> IgnoreRules.excluding(List.of(pattern)))
                    .isInstanceOfSatisfying(
                            HostException.class,
                            failed -> assertThat(failed.code()).isEqualTo(HostErrorCode.INVALID_ARGUMENT));
        }
    }

    private static IgnoreRules rules(String text) {
        return IgnoreRules.excluding(List.of()).and("", bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
