package dev.mulligan.host.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.UpperEntry;
import dev.mulligan.proto.guest.v1.Change;
import dev.mulligan.proto.guest.v1.ChangesResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a guest tells of an upper layer, and what it might tell instead. */
final class UpperListingTest {
    private static final int ROUNDS = Integer.getInteger("mulligan.fuzz.upper", 5_000);
    private static final GuestCall CALL = new GuestCall("changes of workspace", "w", HostErrorCode.NO_SUCH_FILE);
    private static final ByteString DIGEST = ByteString.copyFrom(new byte[32]);

    @Test
    void takesWhatIsInOrder() {
        assertThat(heard(directory("a"), file("a/b"), directory("a/c"), gone("a/c/d"), file("a.b"), link("z", "/etc")))
                .extracting(entry -> entry.path().toString())
                .containsExactly("a", "a/b", "a/c", "a/c/d", "a.b", "z");
    }

    @Test
    void refusesPathsThatAreNone() {
        for (String path : List.of("", "/etc/passwd", "..", "a/../b", "./a", "a//b", "a/", "a\0b", "x".repeat(256))) {
            assertRefused(file(path));
        }
        assertRefused(file("x/".repeat(2_100) + "x"));
    }

    @Test
    void refusesWhatIsOutOfOrderOrInNoDirectory() {
        assertRefused(file("b"), file("a"));
        assertRefused(file("a"), file("a"));
        assertRefused(file("a/b"));
        assertRefused(file("a"), file("a/b"));
        assertRefused(link("a", "/etc"), file("a/passwd"));
        assertRefused(gone("a"), file("a/b"));
        assertRefused(directory("a"), file("b"), file("b/c"));
        assertRefused(directory("a"), directory("a/b"), file("a/c/d"));
        assertRefused(directory("a"), file("a.b"), file("a/c"));
    }

    @Test
    void refusesFieldsThatCannotBe() {
        assertRefused(changed("a", change -> change.setKind(Change.Kind.KIND_UNSPECIFIED)));
        assertRefused(changed("a", change -> change.setKindValue(77)));
        assertRefused(changed("a", change -> change.setSize(-1)));
        assertRefused(changed("a", change -> change.setSha256(ByteString.EMPTY)));
        assertRefused(changed("a", change -> change.setSha256(DIGEST.concat(DIGEST))));
        assertRefused(changed("a", change -> change.setMode(0100644)));
        assertRefused(changed("a", change -> change.setMode(-1)));
        assertRefused(
                changed("a", change -> change.setModified(Timestamp.newBuilder().setNanos(-1))));
        assertRefused(
                changed("a", change -> change.setModified(Timestamp.newBuilder().setSeconds(Long.MAX_VALUE))));
        assertRefused(link("a", ""));
        assertRefused(link("a", "x".repeat(4_096)));
        assertRefused(link("a", "x\0y"));
    }

    @Test
    void refusesMoreThanItHearsOf() {
        ChangesResponse.Builder many = ChangesResponse.newBuilder();
        IntStream.rangeClosed(0, 256).forEach(number -> many.addChanges(file(String.format("%08d", number))));
        assertThatThrownBy(() -> new UpperListing(CALL, entry -> {}).take(many.build()))
                .isInstanceOf(HostException.class);

        UpperListing listing = new UpperListing(CALL, entry -> {});
        assertThatThrownBy(() -> {
                    for (int batch = 0; ; batch++) {
                        ChangesResponse.Builder more = ChangesResponse.newBuilder();
                        for (int at = 0; at < 256; at++) {
                            more.addChanges(gone(String.format("%08d", batch * 256 + at)));
                        }
                        listing.take(more.build());
                    }
                })
                .isInstanceOfSatisfying(
                        HostException.class,
                        failed -> assertThat(failed.getMessage()).contains("1000000 entries"));
    }

    /** Whatever comes: a refusal, or entries in order of which each is in a directory that was told. */
    @Test
    void whateverComesIsRefusedOrInOrder() {
        Random random = new Random(4);
        for (int round = 0; round < ROUNDS; round++) {
            List<UpperEntry> heard = new ArrayList<>();
            UpperListing listing = new UpperListing(CALL, heard::add);
            try {
                for (int message = 0; message < 3; message++) {
                    listing.take(anything(random));
                }
            } catch (HostException refused) {
                assertThat(refused.code()).isEqualTo(HostErrorCode.GUEST_MISBEHAVED);
            }
            assertInOrder(heard);
        }
    }

    private static void assertInOrder(List<UpperEntry> heard) {
        Set<RelativePath> directories = new HashSet<>();
        for (int at = 0; at < heard.size(); at++) {
            RelativePath path = heard.get(at).path();
            if (at > 0) {
                assertThat(path).isGreaterThan(heard.get(at - 1).path());
            }
            path.parent().ifPresent(parent -> assertThat(directories).contains(parent));
            if (heard.get(at) instanceof UpperEntry.Directory) {
                directories.add(path);
            }
        }
    }

    private static ChangesResponse anything(Random random) {
        String[] names = {"a", "b", "a.b", "..", ".", "", "\0", "x y", "\u202e", "z".repeat(255)};
        ChangesResponse.Builder response = ChangesResponse.newBuilder();
        int count = random.nextInt(6);
        for (int at = 0; at < count; at++) {
            StringBuilder path = new StringBuilder(names[random.nextInt(random.nextInt(20) == 0 ? 10 : 3)]);
            for (int depth = random.nextInt(3); depth > 0; depth--) {
                path.append('/').append(names[random.nextInt(random.nextInt(20) == 0 ? 10 : 3)]);
            }
            response.addChanges(changed(
                    path.toString(),
                    change -> change.setKindValue(random.nextInt(7))
                            .setMode(random.nextInt(20) == 0 ? random.nextInt() : 0644)
                            .setSize(random.nextInt(20) == 0 ? random.nextLong() : 1)
                            .setLinkTarget(ByteString.copyFromUtf8(names[random.nextInt(names.length)]))
                            .setOpaque(random.nextBoolean())));
        }
        return response.build();
    }

    private static List<UpperEntry> heard(Change... changes) {
        List<UpperEntry> heard = new ArrayList<>();
        new UpperListing(CALL, heard::add)
                .take(ChangesResponse.newBuilder()
                        .addAllChanges(List.of(changes))
                        .build());
        return heard;
    }

    private static void assertRefused(Change... changes) {
        assertThatThrownBy(() -> heard(changes))
                .as("%s", List.of(changes))
                .isInstanceOfSatisfying(
                        HostException.class,
                        failed -> assertThat(failed.code()).isEqualTo(HostErrorCode.GUEST_MISBEHAVED));
    }

    private static Change changed(String path, UnaryOperator<Change.Builder> change) {
        return change.apply(Change.newBuilder()
                        .setPath(ByteString.copyFromUtf8(path))
                        .setKind(Change.Kind.FILE)
                        .setMode(0644)
                        .setSha256(DIGEST))
                .build();
    }

    private static Change file(String path) {
        return changed(path, change -> change);
    }

    private static Change directory(String path) {
        return changed(path, change -> change.setKind(Change.Kind.DIRECTORY));
    }

    private static Change gone(String path) {
        return changed(path, change -> change.setKind(Change.Kind.WHITEOUT));
    }

    private static Change link(String path, String target) {
        return changed(
                path,
                change -> change.setKind(Change.Kind.SYMBOLIC_LINK).setLinkTarget(ByteString.copyFromUtf8(target)));
    }
}
