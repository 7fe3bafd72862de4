package dev.mulligan.host.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GuestPathTest {
    @ParameterizedTest
    @CsvSource({"/, /", "//, /", "/a/, /a", "//a///b//, /a/b", "/..., /...", "/.x/..y, /.x/..y", "/a b, /a b"})
    void cleansSlashesAndNothingElse(String given, String expected) {
        assertThat(GuestPath.of(given)).hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a", "./a", "../a", "~/a", "/..", "/.", "/a/../b", "/a/./b", "/a/..", "/a\0b", "\0", " /a"})
    void refuses(String given) {
        assertRefused(ByteString.copyFromUtf8(given));
    }

    @Test
    void boundsNamesAndPathsInBytes() {
        assertThat(GuestPath.of("/" + "n".repeat(255)).bytes().size()).isEqualTo(256);
        assertRefused(ByteString.copyFromUtf8("/" + "n".repeat(256)));
        assertRefused(ByteString.copyFromUtf8("/" + "n".repeat(300)));
        // 128 characters, 256 bytes.
        assertRefused(ByteString.copyFromUtf8("/" + "é".repeat(128)));
        assertThat(GuestPath.of("/nnn".repeat(1024)).bytes().size()).isEqualTo(4096);
        assertRefused(ByteString.copyFromUtf8("/nnn".repeat(1250)));
        assertRefused(ByteString.copyFromUtf8("/".repeat(5000)));
    }

    @Test
    void saysWhatWasWrongWithoutRepeatingAllOfIt() {
        assertThatExceptionOfType(HostException.class)
                .isThrownBy(() -> GuestPath.of("/" + "x".repeat(5000)))
                .matches(exception -> exception.code() == HostErrorCode.BAD_PATH)
                .withMessageContaining("at most 4096 bytes, not 5001")
                .satisfies(exception -> assertThat(exception.getMessage()).hasSizeLessThan(400));
    }

    @Test
    void refusesHalfOfASurrogatePair() {
        assertThatExceptionOfType(HostException.class).isThrownBy(() -> GuestPath.of("/\ud83d"));
    }

    @Test
    void showsWhatMovesACursorOrIsNoTextAsBytes() {
        assertThat(GuestPath.of("/a\u001b[2Jb")).hasToString("/a\\x1b[2Jb");
        assertThat(GuestPath.of("/a\nb\u007f\u0085")).hasToString("/a\\x0ab\\x7f\\xc2\\x85");
        assertThat(GuestPath.of("/gpj\u202eexe")).hasToString("/gpj\\xe2\\x80\\xaeexe");
        assertThat(GuestPath.of("/grün/日本/🙂")).hasToString("/grün/日本/🙂");
        GuestPath latin = GuestPath.ofBytes(ByteString.copyFrom(new byte[] {'/', (byte) 0xe4, 'x', (byte) 0xff}));
        assertThat(latin).hasToString("/\\xe4x\\xff");
        assertThat(latin.isText()).isFalse();
        assertThat(latin.bytes().size()).isEqualTo(4);
    }

    @Test
    void knowsWhatLiesBelow() {
        GuestPath directory = GuestPath.of("/home/agent");
        assertThat(GuestPath.of("/home/agent/x").isChildOf(directory)).isTrue();
        assertThat(GuestPath.of("/home/agent/x/y").isChildOf(directory)).isFalse();
        assertThat(GuestPath.of("/home/agent/x/y").isBelow(directory)).isTrue();
        assertThat(GuestPath.of("/home/agents").isBelow(directory)).isFalse();
        assertThat(directory.isBelow(directory)).isFalse();
        assertThat(GuestPath.of("/etc").isChildOf(GuestPath.ROOT)).isTrue();
        assertThat(GuestPath.of("/etc/x").isChildOf(GuestPath.ROOT)).isFalse();
        assertThat(GuestPath.of("/etc/x").isBelow(GuestPath.ROOT)).isTrue();
        assertThat(GuestPath.ROOT.isBelow(GuestPath.ROOT)).isFalse();
    }

    @Property
    void everyByteStringIsRefusedOrCleanAndPrintable(@ForAll byte[] tail) {
        ByteString raw = ByteString.copyFromUtf8("/").concat(ByteString.copyFrom(tail));
        GuestPath path;
        try {
            path = GuestPath.ofBytes(raw);
        } catch (HostException refused) {
            assertThat(refused.code()).isEqualTo(HostErrorCode.BAD_PATH);
            return;
        }
        assertThat(GuestPath.ofBytes(path.bytes())).isEqualTo(path);
        assertThat(path.toString().chars()).noneMatch(Character::isISOControl);
        assertThat(path.toString()).doesNotContain("//", "/../", "/./");
    }

    private static void assertRefused(ByteString raw) {
        assertThatExceptionOfType(HostException.class)
                .isThrownBy(() -> GuestPath.ofBytes(raw))
                .matches(exception -> exception.code() == HostErrorCode.BAD_PATH);
    }
}
