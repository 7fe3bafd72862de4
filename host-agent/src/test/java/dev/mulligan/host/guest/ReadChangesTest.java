package dev.mulligan.host.guest;

import static dev.mulligan.host.guest.GuestTest.assertFails;
import static dev.mulligan.host.guest.SimulatedWorkspaces.message;
import static dev.mulligan.host.guest.SimulatedWorkspaces.piece;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.UpperContent.Receiver;
import dev.mulligan.proto.guest.v1.ContentPiece;
import dev.mulligan.proto.guest.v1.ReadChangesResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Contents of many files in one call, and what a guest might say instead. */
@Timeout(240)
@SuppressWarnings("NullAway.Init") // Set by JUnit and before the tests.
final class ReadChangesTest {
    private static final List<RelativePath> THREE =
            Stream.of("a", "b", "c").map(RelativePath::of).toList();
    private static final Duration ENOUGH = Duration.ofSeconds(30);
    private static final Duration BRIEF = Duration.ofSeconds(2);

    @TempDir
    private Path directory;

    private final SimulatedWorkspaces workspaces = new SimulatedWorkspaces(Set.of("w"));
    private final List<Integer> requests = Collections.synchronizedList(new ArrayList<>());
    private PortServer server;
    private GuestConnector connector;
    private GuestLink link;

    @BeforeEach
    void start() {
        server = new PortServer(directory.resolve("port"), List.of(new SimulatedSystem(), workspaces));
        connect(ENOUGH);
    }

    private void connect(Duration transfer) {
        connector = GuestConnector.overUnixSockets(
                new GuestTimeouts(
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(20),
                        transfer,
                        Duration.ofMillis(100),
                        Duration.ofSeconds(30)),
                Clock.systemUTC());
        link = connector.connect(directory.resolve("port"));
    }

    @AfterEach
    void stop() {
        // Whatever it said: the connection still serves.
        assertThat(link.guest().health().version()).isEqualTo("0.1.0");
        disconnect();
        server.close();
    }

    private void disconnect() {
        link.close();
        connector.close();
    }

    @Test
    void handsOverEachFileInTheOrderAsked() throws IOException {
        workspaces.write("w", "a", "a".repeat(5_500));
        workspaces.write("w", "b", "");
        workspaces.write("w", "c", "see");
        assertThat(contents(THREE)).containsExactly("a " + "a".repeat(5_500), "b ", "c see");
        assertThat(contents(THREE.reversed())).containsExactly("c see", "b ", "a " + "a".repeat(5_500));
        assertThat(contents(List.of())).isEmpty();
    }

    @Test
    void asksForNoMoreThanAGuestTakesAtOnce() throws IOException {
        workspaces.setContents((request, responses) -> {
            requests.add(request.getPathsCount());
            for (int file = 0; file < request.getPathsCount(); file++) {
                responses.onNext(message(piece(file, "x")));
            }
            responses.onCompleted();
        });
        assertThat(contents(IntStream.range(0, 2_500)
                        .mapToObj(number -> RelativePath.of("file-" + number))
                        .toList()))
                .hasSize(2_500);
        assertThat(requests).containsExactly(1_000, 1_000, 500);

        requests.clear();
        String deep = "d/".repeat(2_000);
        assertThat(contents(IntStream.range(1_000, 1_600)
                        .mapToObj(number -> RelativePath.of(deep + number))
                        .toList()))
                .hasSize(600);
        assertThat(requests).containsExactly(261, 261, 78);
    }

    static Stream<List<ReadChangesResponse>> lies() {
        ContentPiece[] many =
                IntStream.range(0, 257).mapToObj(number -> piece(0, "x")).toArray(ContentPiece[]::new);
        return Stream.of(
                // Too little.
                List.of(),
                List.of(message(piece(0, "a"))),
                List.of(message(piece(0, "a"), piece(1, "b"))),
                // Other files, and another order.
                List.of(message(piece(1, "b"), piece(0, "a"), piece(2, "c"))),
                List.of(message(piece(0, "a"), piece(2, "c"))),
                List.of(message(piece(0, "a"), piece(1, "b"), piece(0, "a"), piece(2, "c"))),
                List.of(message(piece(-1, "a"))),
                List.of(message(piece(Integer.MAX_VALUE, "a"))),
                // Too much.
                List.of(message(piece(0, "a"), piece(1, "b"), piece(2, "c"), piece(3, "d"))),
                List.of(message(piece(0, "a"), piece(1, "b"), piece(2, "c"), piece(1, "b"))),
                List.of(message(many)),
                List.of(message(piece(0, "x".repeat(65_537)))),
                List.of(message(piece(0, "x".repeat(40_000)), piece(0, "x".repeat(40_000)))),
                // Nothing, again and again.
                List.of(message()),
                List.of(message(piece(0, "a")), message()),
                List.of(message(piece(0, "a"), piece(0, ""), piece(1, "b"), piece(2, "c"))),
                List.of(message(piece(0, ""), piece(0, ""), piece(1, "b"), piece(2, "c"))),
                List.of(message(piece(0, ""), piece(0, "a"), piece(1, "b"), piece(2, "c"))));
    }

    @ParameterizedTest
    @MethodSource("lies")
    void aGuestThatSaysSomethingElseIsNotBelieved(List<ReadChangesResponse> answers) {
        workspaces.setContents((_, responses) -> {
            answers.forEach(responses::onNext);
            responses.onCompleted();
        });
        assertFails(HostErrorCode.GUEST_MISBEHAVED, () -> contents(THREE));
    }

    @Test
    void afterAFailureNothingMoreIsHandedOver() {
        workspaces.setContents((_, responses) -> {
            responses.onNext(message(piece(0, "a"), piece(1, "b")));
            responses.onError(Status.NOT_FOUND.asRuntimeException());
        });
        List<String> taken = new ArrayList<>();
        assertFails(
                HostErrorCode.NO_SUCH_FILE,
                () -> read(THREE, (path, content) -> {
                    taken.add(path.toString());
                    content.readAllBytes();
                }));
        assertThat(taken).containsExactly("a", "b");
    }

    /** What has not been taken stays in the guest, and is never sent when whoever takes it has had enough. */
    @Test
    void aFileWithoutAnEndEndsWhenNobodyTakesMore() {
        AtomicInteger sent = new AtomicInteger();
        workspaces.setContents((_, responses) -> withoutEnd(responses, sent));
        assertThatThrownBy(() -> read(THREE, (_, content) -> {
                    assertThat(content.readNBytes(200_000)).hasSize(200_000);
                    throw new IOException("enough");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("enough");
        assertThat(sent.get()).isLessThan(10_000);
    }

    @Test
    void aFileWithoutAnEndHasADeadline() {
        disconnect();
        connect(BRIEF);
        workspaces.setContents((_, responses) -> withoutEnd(responses, new AtomicInteger()));
        assertFails(
                HostErrorCode.GUEST_UNREACHABLE,
                () -> read(THREE, (_, content) -> {
                    while (content.read() >= 0) {
                        // Takes it all.
                    }
                }));
    }

    @Test
    void contentThatNeverBeginsHasADeadline() {
        disconnect();
        connect(BRIEF);
        workspaces.setContents((_, _) -> {});
        assertFails(HostErrorCode.GUEST_UNREACHABLE, () -> read(THREE, (_, _) -> fail("there is none")));
    }

    private static void withoutEnd(StreamObserver<ReadChangesResponse> responses, AtomicInteger sent) {
        ServerCallStreamObserver<ReadChangesResponse> observer =
                (ServerCallStreamObserver<ReadChangesResponse>) responses;
        ReadChangesResponse some = message(piece(0, "x".repeat(60_000)));
        observer.setOnCancelHandler(() -> {});
        observer.setOnReadyHandler(() -> {
            while (observer.isReady() && !observer.isCancelled()) {
                sent.incrementAndGet();
                observer.onNext(some);
            }
        });
    }

    private void read(List<RelativePath> paths, Receiver receiver) throws IOException {
        link.workspaces().read("w", paths, receiver);
    }

    private List<String> contents(List<RelativePath> paths) throws IOException {
        List<String> contents = new ArrayList<>();
        read(
                paths,
                (path, content) ->
                        contents.add(path + " " + new String(content.readAllBytes(), StandardCharsets.UTF_8)));
        return contents;
    }
}
