package dev.mulligan.guest.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import dev.mulligan.proto.guest.v1.Change;
import dev.mulligan.proto.guest.v1.ChangesRequest;
import dev.mulligan.proto.guest.v1.ChangesResponse;
import dev.mulligan.proto.guest.v1.MountRequest;
import dev.mulligan.proto.guest.v1.MountResponse;
import dev.mulligan.proto.guest.v1.ReadChangeRequest;
import dev.mulligan.proto.guest.v1.ReadChangeResponse;
import dev.mulligan.proto.guest.v1.UnmountRequest;
import dev.mulligan.proto.guest.v1.UnmountResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
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
        service = new WorkspaceService(executor, new WorkspaceMounts(home.resolve("devices"), UpperLayers.below(home)));
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
    void readsFilesAndNothingElse() throws Exception {
        shell(
                "mkdir d; head -c 200000 /dev/zero > d/big; echo x > secret; ln -s d into; ln -s ../secret d/link; mkfifo p");
        assertThat(read("d/big", 0).size()).isEqualTo(200_000);
        assertThat(read("d/big", 199_999).size()).isEqualTo(1);
        for (String path : List.of("into/big", "d/link", "p", "d")) {
            assertFails(Status.Code.FAILED_PRECONDITION, () -> read(path, 0));
        }
        assertFails(Status.Code.NOT_FOUND, () -> read("none", 0));
        for (String path : List.of("", "../upper/secret", "/etc/passwd/..", "d/../secret", "x\0")) {
            assertFails(Status.Code.INVALID_ARGUMENT, () -> read(path, 0));
        }
        assertFails(Status.Code.INVALID_ARGUMENT, () -> read("secret", -1));
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

    private ByteString read(String path, long offset) throws Exception {
        Recorded<ReadChangeResponse> answers = new Recorded<>();
        service.readChange(
                ReadChangeRequest.newBuilder()
                        .setWorkspace("one")
                        .setPath(ByteString.copyFromUtf8(path))
                        .setOffset(offset)
                        .build(),
                answers);
        ByteString data = ByteString.EMPTY;
        for (ReadChangeResponse answer : answers.all()) {
            assertThat(answer.getData().size()).isBetween(1, 65_536);
            data = data.concat(answer.getData());
        }
        return data;
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
