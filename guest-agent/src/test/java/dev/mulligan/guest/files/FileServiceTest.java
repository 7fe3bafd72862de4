package dev.mulligan.guest.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import com.google.rpc.ErrorInfo;
import dev.mulligan.guest.AgentUnderTest;
import dev.mulligan.guest.OneAgentPerProcess;
import dev.mulligan.guest.RunRecorder;
import dev.mulligan.proto.guest.v1.FileInfo;
import dev.mulligan.proto.guest.v1.ListRequest;
import dev.mulligan.proto.guest.v1.MakeDirectoryRequest;
import dev.mulligan.proto.guest.v1.MoveRequest;
import dev.mulligan.proto.guest.v1.ReadRequest;
import dev.mulligan.proto.guest.v1.RemoveRequest;
import dev.mulligan.proto.guest.v1.StatRequest;
import dev.mulligan.proto.guest.v1.WriteHeader;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@OneAgentPerProcess
@SuppressWarnings("NullAway.Init") // Set by JUnit and before the tests.
final class FileServiceTest {
    private static AgentUnderTest agent;
    private static FileCalls calls;

    @TempDir
    private Path directory;

    private ByteString base;

    @BeforeAll
    static void start() throws Exception {
        agent = AgentUnderTest.start();
        calls = new FileCalls(agent);
    }

    @AfterAll
    static void stop() throws Exception {
        agent.close();
    }

    @BeforeEach
    void setBase() {
        base = FileCalls.bytes(directory).concat(ByteString.copyFromUtf8("/"));
    }

    @Test
    void writesReadsAndDescribes() throws Exception {
        FileInfo written = calls.write(
                        header("new/deep/file").setMakeParents(true).setMode(0600), text("content"))
                .getFile();
        assertThat(written.getType()).isEqualTo(FileInfo.Type.REGULAR);
        assertThat(written.getSize()).isEqualTo(7);
        assertThat(written.getMode()).isEqualTo(0600);
        assertThat(calls.read(path("new/deep/file")).toStringUtf8()).isEqualTo("content");
        assertThat(stat("new/deep/file")).isEqualTo(written);
        assertThat(stat("new").getType()).isEqualTo(FileInfo.Type.DIRECTORY);
    }

    @Test
    void carriesALotBothWays() throws Exception {
        byte[] noise = new byte[50_000_000];
        new Random(1).nextBytes(noise);
        ByteString content = ByteString.copyFrom(noise);
        calls.write(header("large"), content);
        assertThat(calls.read(path("large"))).isEqualTo(content);
    }

    @Test
    void readsAPart() throws Exception {
        calls.write(header("file"), text("0123456789"));
        var responses = calls.stub()
                .read(ReadRequest.newBuilder()
                        .setUser(AgentUnderTest.SELF)
                        .setPath(path("file"))
                        .setOffset(3)
                        .setLength(4)
                        .build());
        assertThat(responses.next().getData().toStringUtf8()).isEqualTo("3456");
        assertThat(responses.hasNext()).isFalse();
    }

    @Test
    void overwritingKeepsTheModeAndLeavesNothingBeside() throws Exception {
        calls.write(header("script").setMode(0755), text("one"));
        assertThat(calls.write(header("script"), text("two")).getFile().getMode())
                .isEqualTo(0755);
        assertThat(names()).containsExactly("script");
    }

    @Test
    void aRefusedWriteChangesNothing() throws Exception {
        calls.write(header("file"), text("old"));
        assertRefused(
                Status.Code.FAILED_PRECONDITION, () -> calls.write(header("").setPath(trimmed()), text("new")));
        assertThat(calls.read(path("file")).toStringUtf8()).isEqualTo("old");
        assertThat(names()).containsExactly("file");
    }

    @Test
    void namesAreBytes() throws Exception {
        ByteString strange = base.concat(ByteString.copyFrom(new byte[] {(byte) 0xff, (byte) 0xe9, '\n', ' ', '\\'}));
        calls.write(WriteHeader.newBuilder().setPath(strange), text("x"));
        assertThat(calls.read(strange).toStringUtf8()).isEqualTo("x");
        List<FileInfo> files = list();
        assertThat(files).hasSize(1);
        assertThat(files.getFirst().getPath()).isEqualTo(strange);
        ByteString archive = calls.pack(trimmed());
        calls.stub().remove(remove(strange).build());
        calls.unpack(FileCalls.bytes(directory.resolve("..").normalize()), archive);
        assertThat(calls.read(strange).toStringUtf8()).isEqualTo("x");
        calls.stub().remove(remove(strange).build());
        assertThat(list()).isEmpty();
    }

    @Test
    void listsInByteOrder() throws Exception {
        for (String name : List.of("b", "a", "ä", "B", ".hidden")) {
            calls.write(header(name), text(""));
        }
        assertThat(names()).containsExactly(".hidden", "B", "a", "b", "ä");
    }

    @Test
    void listsManyInBatches() throws Exception {
        for (int index = 0; index < 700; index++) {
            Files.createFile(directory.resolve("file" + index));
        }
        assertThat(list()).hasSize(700);
    }

    @Test
    void refusesPathsThatAreNone() {
        for (String bad :
                List.of("", "relative", "/a/../b", "/./a", "/a\0b", "/" + "n".repeat(300), "/a".repeat(3000))) {
            assertRefused(
                    Status.Code.INVALID_ARGUMENT,
                    () -> calls.stub()
                            .stat(StatRequest.newBuilder()
                                    .setUser(AgentUnderTest.SELF)
                                    .setPath(ByteString.copyFromUtf8(bad))
                                    .build()));
        }
    }

    @Test
    void errorsCarryTheirReason() {
        assertThatThrownBy(() -> calls.read(path("absent"))).satisfies(failure -> {
            com.google.rpc.Status status = StatusProto.fromThrowable(failure);
            assertThat(status).isNotNull();
            assertThat(status.getDetails(0).unpack(ErrorInfo.class).getReason()).isEqualTo("ENOENT");
        });
    }

    @Test
    void readsNeitherFifosNorDevicesNorDirectories() throws Exception {
        Path fifo = directory.resolve("fifo");
        assertThat(RunRecorder.start(agent.processes(), RunRecorder.shell("mkfifo " + fifo))
                        .exited()
                        .getExitCode())
                .isZero();
        assertRefused(Status.Code.FAILED_PRECONDITION, () -> calls.read(path("fifo")));
        assertRefused(Status.Code.FAILED_PRECONDITION, () -> calls.read(ByteString.copyFromUtf8("/dev/zero")));
        assertRefused(Status.Code.FAILED_PRECONDITION, () -> calls.read(trimmed()));
        assertRefused(Status.Code.NOT_FOUND, () -> calls.read(path("absent")));
        assertRefused(Status.Code.FAILED_PRECONDITION, () -> calls.write(header("fifo"), text("x")));
        assertThat(calls.pack(trimmed()).size()).as("the FIFO is left out").isEqualTo(512 + 1024);
    }

    @Test
    void moves() throws Exception {
        calls.write(header("a"), text("a"));
        calls.write(header("b"), text("b"));
        assertRefused(Status.Code.ALREADY_EXISTS, () -> move("a", "b", false));
        move("a", "b", true);
        assertThat(calls.read(path("b")).toStringUtf8()).isEqualTo("a");
        assertRefused(Status.Code.NOT_FOUND, () -> move("a", "c", false));
    }

    @Test
    void removesTreesAndNotWhatLinksPointTo() throws Exception {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Files.createFile(outside.resolve("precious"));
        Path tree = Files.createDirectories(directory.resolve("tree/a/b/c"));
        Files.createSymbolicLink(tree.resolve("link"), outside);
        assertRefused(
                Status.Code.FAILED_PRECONDITION,
                () -> calls.stub().remove(remove(path("tree")).build()));
        calls.stub().remove(remove(path("tree")).setRecursive(true).build());
        assertThat(directory.resolve("tree")).doesNotExist();
        assertThat(outside.resolve("precious")).exists();
        assertRefused(
                Status.Code.NOT_FOUND,
                () -> calls.stub()
                        .remove(remove(path("tree")).setRecursive(true).build()));
    }

    @Test
    void makesDirectories() throws Exception {
        makeDirectory("x/y/z");
        makeDirectory("x/y/z");
        assertThat(directory.resolve("x/y/z")).isDirectory();
        calls.write(header("file"), text(""));
        assertRefused(Status.Code.FAILED_PRECONDITION, () -> makeDirectory("file"));
        assertRefused(Status.Code.FAILED_PRECONDITION, () -> makeDirectory("file/below"));
    }

    @Test
    void describesLinksThemselves() throws Exception {
        Files.createSymbolicLink(directory.resolve("link"), Path.of("/nowhere"));
        FileInfo info = stat("link");
        assertThat(info.getType()).isEqualTo(FileInfo.Type.SYMBOLIC_LINK);
        assertThat(info.getLinkTarget().toStringUtf8()).isEqualTo("/nowhere");
    }

    @Test
    void actsAsTheUserAndOnlyAsThat() throws Exception {
        assumeTrue(AgentUnderTest.SELF.equals("root"), "only root can act as somebody else");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("/etc/shadow"));
        for (Path path : List.of(Path.of("/etc/shadow"), link)) {
            assertRefused(
                    Status.Code.PERMISSION_DENIED,
                    () -> calls.stub()
                            .read(ReadRequest.newBuilder()
                                    .setUser("nobody")
                                    .setPath(FileCalls.bytes(path))
                                    .build())
                            .hasNext());
        }
        assertRefused(
                Status.Code.PERMISSION_DENIED,
                () -> calls.stub()
                        .makeDirectory(MakeDirectoryRequest.newBuilder()
                                .setUser("nobody")
                                .setPath(ByteString.copyFromUtf8("/etc/mulligan-test"))
                                .build()));
        calls.stub()
                .makeDirectory(MakeDirectoryRequest.newBuilder()
                        .setUser("nobody")
                        .setPath(path("theirs"))
                        .build());
        assertThat(stat("theirs").getUid()).isEqualTo(65534);
        // The threads have become root again.
        for (int round = 0; round < 20; round++) {
            assertThat(calls.read(ByteString.copyFromUtf8("/etc/shadow"))).isNotNull();
        }
    }

    private static void assertRefused(Status.Code code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode())
                                .as(e.getMessage())
                                .isEqualTo(code));
    }

    private ByteString path(String name) {
        return base.concat(ByteString.copyFromUtf8(name));
    }

    private ByteString trimmed() {
        return FileCalls.bytes(directory);
    }

    private WriteHeader.Builder header(String name) {
        return WriteHeader.newBuilder().setPath(path(name));
    }

    private static ByteString text(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private FileInfo stat(String name) {
        return calls.stub()
                .stat(StatRequest.newBuilder()
                        .setUser(AgentUnderTest.SELF)
                        .setPath(path(name))
                        .build())
                .getFile();
    }

    private List<FileInfo> list() {
        List<FileInfo> files = new ArrayList<>();
        calls.stub()
                .list(ListRequest.newBuilder()
                        .setUser(AgentUnderTest.SELF)
                        .setPath(trimmed())
                        .build())
                .forEachRemaining(response -> files.addAll(response.getFilesList()));
        return files;
    }

    private List<String> names() {
        return list().stream()
                .map(file -> file.getPath().substring(base.size()).toStringUtf8())
                .toList();
    }

    private void move(String source, String target, boolean replace) {
        var _ = calls.stub()
                .move(MoveRequest.newBuilder()
                        .setUser(AgentUnderTest.SELF)
                        .setSource(path(source))
                        .setTarget(path(target))
                        .setReplace(replace)
                        .build());
    }

    private void makeDirectory(String name) {
        var _ = calls.stub()
                .makeDirectory(MakeDirectoryRequest.newBuilder()
                        .setUser(AgentUnderTest.SELF)
                        .setPath(path(name))
                        .build());
    }

    private static RemoveRequest.Builder remove(ByteString path) {
        return RemoveRequest.newBuilder().setUser(AgentUnderTest.SELF).setPath(path);
    }
}
