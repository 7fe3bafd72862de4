package dev.mulligan.host.workspace.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Differences, hunks and merges of texts. */
final class TextsTest {
    @Property(tries = 300)
    void allHunksMakeTheNewTextAndNoneTheOld(@ForAll("texts") Text before, @ForAll("texts") Text after) {
        TextDiff diff = TextDiff.between(before, after);
        Set<Integer> all = diff.hunks().stream().map(Hunk::number).collect(Collectors.toSet());
        assertThat(diff.take(all)).isEqualTo(after);
        assertThat(diff.take(Set.of())).isEqualTo(before);
        assertThat(diff.hunks().isEmpty()).isEqualTo(before.equals(after));
    }

    @Property(tries = 300)
    void whatOneSideDidAloneIsTaken(@ForAll("texts") Text base, @ForAll("texts") Text side) {
        assertThat(Merge.of(base, side, base)).isEqualTo(new Merge(side, 0));
        assertThat(Merge.of(base, base, side)).isEqualTo(new Merge(side, 0));
        assertThat(Merge.of(base, side, side)).isEqualTo(new Merge(side, 0));
    }

    @Property(tries = 300)
    void sidesDoNotMatterForWhetherTheyFit(
            @ForAll("texts") Text base, @ForAll("texts") Text mine, @ForAll("texts") Text theirs) {
        Merge one = Merge.of(base, mine, theirs);
        Merge other = Merge.of(base, theirs, mine);
        assertThat(one.conflicts()).isEqualTo(other.conflicts());
        if (one.isClean()) {
            assertThat(one.text()).isEqualTo(other.text());
        }
    }

    @Provide
    Arbitrary<Text> texts() {
        Arbitrary<String> lines =
                Arbitraries.of("a", "b", "c", "d").list().ofMaxSize(30).map(all -> String.join("\n", all));
        return Arbitraries.of("", "\n").flatMap(end -> lines.map(text -> text(text + end)));
    }

    @Test
    void changesOfDifferentLinesFit() {
        Merge merge = Merge.of(text("1\n2\n3\n4\n5\n"), text("1\nmine\n3\n4\n5\n"), text("1\n2\n3\n4\ntheirs\n6\n"));
        assertThat(merge).isEqualTo(new Merge(text("1\nmine\n3\n4\ntheirs\n6\n"), 0));
    }

    @Test
    void changesOfTheSameLineAreAConflictThatShowsBoth() {
        Merge merge = Merge.of(text("1\n2\n3\n"), text("1\nmine\n3\n"), text("1\ntheirs\n3\n"));
        assertThat(merge.conflicts()).isEqualTo(1);
        assertThat(merge.text().content().toStringUtf8())
                .isEqualTo("1\n<<<<<<< yours\nmine\n||||||| before\n2\n=======\ntheirs\n>>>>>>> task\n3\n");
    }

    @Test
    void aMissingLastNewlineIsShown() {
        assertThat(TextDiff.between(text("a\nb"), text("a\nb\n")).hunks())
                .extracting(Hunk::text)
                .containsExactly("@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n");
        assertThat(TextDiff.between(Text.EMPTY, text("a\n")).hunks())
                .extracting(Hunk::text)
                .containsExactly("@@ -0,0 +1 @@\n+a\n");
    }

    @Test
    void whatIsNoTextIsNone() {
        assertThat(Text.of(ByteString.copyFromUtf8("a\0b"))).isEmpty();
        assertThat(Text.of(ByteString.copyFrom(new byte[] {(byte) 0xff}))).isEmpty();
        assertThat(Text.of(ByteString.copyFrom(new byte[Text.MAXIMUM_BYTES + 1])))
                .isEmpty();
        assertThat(Text.of(ByteString.EMPTY)).contains(Text.EMPTY);
    }

    @Test
    @Timeout(60)
    void textsThatHaveNothingInCommonAreNotComparedForMinutes() {
        Text before = lines("old");
        Text after = lines("new");
        TextDiff diff = TextDiff.between(before, after);
        assertThat(diff.hunks()).hasSize(1);
        assertThat(diff.take(Set.of(1))).isEqualTo(after);
        assertThat(Merge.of(before, after, lines("other")).conflicts()).isEqualTo(1);
    }

    private static Text lines(String word) {
        List<String> lines = IntStream.range(0, 60_000)
                .mapToObj(number -> word + number + "\n")
                .toList();
        return new Text(lines);
    }

    private static Text text(String text) {
        return Text.of(ByteString.copyFromUtf8(text)).orElseThrow();
    }
}
