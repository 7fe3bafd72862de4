package dev.mulligan.host.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.mulligan.host.workspace.change.PathPattern;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Paths and manifests. */
final class WorkspaceValuesTest {
    private static final FolderEntry DIRECTORY = new FolderEntry.Directory(0755, Instant.EPOCH);
    private static final FolderEntry LINK = new FolderEntry.Link(LinkTarget.of("x"));

    @Test
    void noTwoPathsLookTheSame() {
        RelativePath raw = RelativePath.ofBytes(ByteString.copyFrom(new byte[] {'a', 1}));
        RelativePath literal = RelativePath.of("a\\x01");
        RelativePath more = RelativePath.of("a\\x5cx01");
        assertThat(List.of(raw, literal, more))
                .extracting(RelativePath::toString)
                .containsExactly("a\\x01", "a\\x5cx01", "a\\x5cx5cx01");
        for (RelativePath path : List.of(raw, literal, more, RelativePath.of("a\\b ä \\x"))) {
            assertThat(RelativePath.ofBytes(RelativePath.shownBytes(path.toString())))
                    .isEqualTo(path);
            for (RelativePath other : List.of(raw, literal, more)) {
                assertThat(PathPattern.of(path.toString()).matches(other)).isEqualTo(path.equals(other));
            }
        }
    }

    @Test
    void whatIsNotSeenIsShown() {
        for (String[] name : new String[][] {
            {"report.md ", "report.md\\x20"},
            {" a/ b c /d", "\\x20a/\\x20b c\\x20/d"},
            {"a\u00a0b", "a\\xc2\\xa0b"},
            {"report\ufe0f.md", "report\\xef\\xb8\\x8f.md"},
            {"\u3164", "\\xe3\\x85\\xa4"}
        }) {
            RelativePath path = RelativePath.of(name[0]);
            assertThat(path.toString()).isEqualTo(name[1]);
            assertThat(PathPattern.of(name[1]).matches(path)).isTrue();
        }
    }

    @Test
    void aPathIsFollowedByWhatIsBelowIt() {
        List<String> sorted = Stream.of("a-b", "a/b", "a", "a.", "a/b/c", "b", "a/\u00e9", "a/a")
                .map(RelativePath::of)
                .sorted()
                .map(RelativePath::toString)
                .toList();
        assertThat(sorted).containsExactly("a", "a/a", "a/b", "a/b/c", "a/\u00e9", "a-b", "a.", "b");
    }

    @Test
    void aPathKnowsItsParts() {
        RelativePath path = RelativePath.of("a/b/c");
        assertThat(path.ancestors()).containsExactly(RelativePath.of("a"), RelativePath.of("a/b"));
        assertThat(path.parent()).contains(RelativePath.of("a/b"));
        assertThat(RelativePath.of("a").parent()).isEmpty();
        assertThat(path.name().toStringUtf8() + path.first().toStringUtf8()).isEqualTo("ca");
        assertThat(path.isBelow(RelativePath.of("a"))).isTrue();
        assertThat(path.isBelow(path)).isFalse();
        assertThat(RelativePath.of("ab").isBelow(RelativePath.of("a"))).isFalse();
    }

    @Test
    void aManifestFindsWhatIsBelow() {
        FolderManifest manifest = FolderManifest.of(Map.of(
                RelativePath.of("d"), DIRECTORY,
                RelativePath.of("d/x"), LINK,
                RelativePath.of("d/y"), DIRECTORY,
                RelativePath.of("d/y/z"), LINK,
                RelativePath.of("d-"), LINK));
        assertThat(manifest.below(RelativePath.of("d")))
                .extracting(RelativePath::toString)
                .containsExactly("d/x", "d/y", "d/y/z");
        assertThat(manifest.below(RelativePath.of("c"))).isEmpty();
        assertThat(manifest.find(RelativePath.of("d-"))).contains(LINK);
        assertThat(manifest.find(RelativePath.of("d/" + "q"))).isEmpty();
    }

    @Test
    void itsDigestTellsFoldersApart() {
        FolderManifest one = FolderManifest.of(Map.of(RelativePath.of("a"), DIRECTORY));
        FolderManifest same = FolderManifest.of(Map.of(RelativePath.of("a"), DIRECTORY));
        FolderManifest other = FolderManifest.of(Map.of(RelativePath.of("a"), LINK));
        assertThat(one.digest()).isEqualTo(same.digest()).isNotEqualTo(other.digest());
        assertThat(FolderManifest.EMPTY.digest()).isNotEqualTo(one.digest());
    }

    @Test
    void aManifestHasEveryDirectoryOnTheWay() {
        assertThatThrownBy(() -> FolderManifest.of(Map.of(RelativePath.of("a/b"), LINK)))
                .hasMessageContaining("a directory at a");
    }
}
