package dev.mulligan.guest.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import dev.mulligan.guest.disk.PluggedDisks;
import dev.mulligan.proto.guest.v1.Change;
import dev.mulligan.proto.guest.v1.ChangesRequest;
import dev.mulligan.proto.guest.v1.ChangesResponse;
import dev.mulligan.proto.guest.v1.ContentPiece;
import dev.mulligan.proto.guest.v1.MountRequest;
import dev.mulligan.proto.guest.v1.MountResponse;
import dev.mulligan.proto.guest.v1.ReadChangesRequest;
import dev.mulligan.proto.guest.v1.ReadChangesResponse;
import dev.mulligan.proto.guest.v1.UnmountRequest;
import dev.mulligan.proto.guest.v1.UnmountResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Upper layers that were made by hand. Mounts need a machine: see the host agent's WorkspacesIT. */
@Timeout(60)
@SuppressWarnings("NullAway.Init") // Set by JUnit and before the tests.
final class WorkspaceServiceTest {
    @TempDir
    private Path home;

    private Path upper;
    private ExecutorService executor;
    private WorkspaceService service;

    @BeforeEach
    void start() throws IOException {
        upper = Files.createDirectories(home.resolve("workspaces/one/upper"));
        executor = Executors.newCachedThreadPool();
        service = new WorkspaceService(
                executor, new WorkspaceMounts(PluggedDisks.ofThisMachine(), UpperLayers.below(home)));
    }

    @AfterEach
    void stop() {
        executor.close();
    }

    @Test
    void tellsEachDirectoryBeforeWhatIsInIt() throws Exception {
        shell("mkdir -p a/b; echo one > a/b/one; ln -s /etc/passwd a.link; mkfifo z; touch \"$(printf 'n\\nl')\" a/x");
        List<Change> changes = changes();
        assertThat(changes.stream().map(change -> change.getPath().toStringUtf8()))
                .containsExactly("a", "a/b", "a/b/one", "a/x", "a.link", "n\nl", "z");
        assertThat(changes.stream().map(Change::getKind))
                .containsExactly(
                        Change.Kind.DIRECTORY,
                        Change.Kind.DIRECTORY,
                        Change.Kind.FILE,
                        Change.Kind.FILE,
                        Change.Kind.SYMBOLIC_LINK,
                        Change.Kind.FILE,
                        Change.Kind.OTHER);
        Change file = changes.get(2);
        assertThat(file.getSize()).isEqualTo(4);
        assertThat(file.getSha256().toByteArray())
                .isEqualTo(MessageDigest.getInstance("SHA-256")
                        .digest("one\n".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        assertThat(changes.get(4).getLinkTarget().toStringUtf8()).isEqualTo("/etc/passwd");
        assertThat(changes).noneMatch(Change::getOpaque);
    }

    @Test
    void tellsWhatIsGone() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root makes whiteouts");
        shell("mknod gone c 0 0; mknod null c 1 3; mkdir anew; setfattr -n trusted.overlay.opaque -v y anew"
                + " || python3 -c 'import os; os.setxattr(\"anew\", \"trusted.overlay.opaque\", b\"y\")'");
        List<Change> changes = changes();
        assertThat(changes.stream().map(Change::getKind))
                .containsExactly(Change.Kind.DIRECTORY, Change.Kind.WHITEOUT, Change.Kind.OTHER);
        assertThat(changes.getFirst().getOpaque()).isTrue();
    }

    @Test
    void manyComeInBatches() throws Exception {
        for (int number = 0; number < 1_000; number++) {
            Files.createFile(upper.resolve("file-" + number));
        }
        Recorded<ChangesResponse> answers = new Recorded<>();
        service.changes(ChangesRequest.newBuilder().setWorkspace("one").build(), answers);
        assertThat(answers.all()).hasSize(4).allMatch(answer -> answer.getChangesCount() <= 256);
    }

    @Test
    void readsFilesBackToBackInTheOrderAsked() throws Exception {
        shell("mkdir d; head -c 200000 /dev/zero > d/big; echo one > one; touch empty; echo two > d/two");
        assertThat(read("one", "d/big", "empty", "d/two", "one"))
                .containsExactly(
                        ByteString.copyFromUtf8("one\n"),
                        ByteString.copyFrom(new byte[200_000]),
                        ByteString.EMPTY,
                        ByteString.copyFromUtf8("two\n"),
                        ByteString.copyFromUtf8("one\n"));
    }

    @Test
    void smallFilesShareMessages() throws Exception {
        String[] names = new String[1_000];
        for (int number = 0; number < names.length; number++) {
            names[number] = "file-" + number;
            Files.writeString(upper.resolve(names[number]), "content of " + number);
        }
        Recorded<ReadChangesResponse> answers = new Recorded<>();
        service.readChanges(request(names), answers);
        assertThat(answers.all()).hasSize(4);
        assertThat(read(names)).hasSize(1_000).element(999).isEqualTo(ByteString.copyFromUtf8("content of 999"));
    }

    @Test
    void readsFilesAndNothingElse() throws Exception {
        shell("mkdir d; echo big > d/big; echo x > secret; ln -s d into; ln -s ../secret d/link; mkfifo p");
        for (String path : List.of("into/big", "d/link", "p", "d")) {
            assertFails(Status.Code.FAILED_PRECONDITION, () -> read("secret", path));
        }
        assertFails(Status.Code.NOT_FOUND, () -> read("secret", "none"));
        for (String path : List.of("", "../upper/secret", "/etc/passwd/..", "d/../secret", "x\0")) {
            assertFails(Status.Code.INVALID_ARGUMENT, () -> read("secret", path));
        }
    }

    @Test
    void readsNoMoreThanABoundedNumber() {
        assertFails(Status.Code.INVALID_ARGUMENT, () -> read());
        assertFails(
                Status.Code.INVALID_ARGUMENT,
                () -> read(Collections.nCopies(1_001, "x").toArray(String[]::new)));
        assertFails(
                Status.Code.INVALID_ARGUMENT,
                () -> read(Collections.nCopies(300, "xxx/".repeat(1_000)).toArray(String[]::new)));
    }

    @Test
    void refusesWorkspacesThatAreNone() {
        for (String name : List.of("", "../one", "a/b", "x".repeat(21))) {
            assertFails(Status.Code.INVALID_ARGUMENT, () -> mount(name, "/workspace"));
        }
        assertFails(Status.Code.INVALID_ARGUMENT, () -> mount("one", "/"));
        assertFails(Status.Code.INVALID_ARGUMENT, () -> mount("one", "relative"));
        assertFails(Status.Code.NOT_FOUND, () -> {
            Recorded<ChangesResponse> answers = new Recorded<>();
            service.changes(ChangesRequest.newBuilder().setWorkspace("none").build(), answers);
            answers.all();
        });
    }

    @Test
    void whatIsNotMountedIsForgotten() throws Exception {
        shell("mkdir -p deep/er; touch deep/er/file");
        for (int time = 0; time < 2; time++) {
            Recorded<UnmountResponse> answers = new Recorded<>();
            service.unmount(UnmountRequest.newBuilder().setWorkspace("one").build(), answers);
            assertThat(answers.all()).hasSize(1);
            assertThat(home.resolve("workspaces/one")).doesNotExist();
        }
    }

    private List<Change> changes() throws Exception {
        Recorded<ChangesResponse> answers = new Recorded<>();
        service.changes(ChangesRequest.newBuilder().setWorkspace("one").build(), answers);
        return answers.all().stream()
                .flatMap(answer -> answer.getChangesList().stream())
                .toList();
    }

    /** What each of them holds; that the pieces are as they must be is checked on the way. */
    private List<ByteString> read(String... paths) throws Exception {
        Recorded<ReadChangesResponse> answers = new Recorded<>();
        service.readChanges(request(paths), answers);
        List<ByteString> contents = new ArrayList<>();
        for (ReadChangesResponse answer : answers.all()) {
            assertThat(answer.getPiecesCount()).isBetween(1, 256);
            assertThat(answer.getPiecesList().stream()
                            .mapToInt(piece -> piece.getData().size())
                            .sum())
                    .isLessThanOrEqualTo(65_536);
            for (ContentPiece piece : answer.getPiecesList()) {
                if (piece.getFile() == contents.size()) {
                    contents.add(piece.getData());
                } else {
                    assertThat(piece.getFile()).isEqualTo(contents.size() - 1);
                    assertThat(piece.getData().isEmpty()).isFalse();
                    contents.add(contents.removeLast().concat(piece.getData()));
                }
            }
        }
        return contents;
    }

    private static ReadChangesRequest request(String... paths) {
        ReadChangesRequest.Builder request = ReadChangesRequest.newBuilder().setWorkspace("one");
        for (String path : paths) {
            request.addPaths(ByteString.copyFromUtf8(path));
        }
        return request.build();
    }

    private void mount(String workspace, String path) throws Exception {
        Recorded<MountResponse> answers = new Recorded<>();
        service.mount(
                MountRequest.newBuilder()
                        .setWorkspace(workspace)
                        .setPath(ByteString.copyFromUtf8(path))
                        .build(),
                answers);
        answers.all();
    }

    private void shell(String script) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-ec", script)
                .directory(upper.toFile())
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
    }

    private static void assertFails(Status.Code code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        failed -> assertThat(failed.getStatus().getCode()).isEqualTo(code));
    }
}
