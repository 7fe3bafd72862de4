package dev.mulligan.host.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import dev.mulligan.host.Actor;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.audit.StoredAuditLog;
import dev.mulligan.host.store.MigratedState;
import dev.mulligan.host.store.SqliteStore;
import dev.mulligan.proto.host.v1.AuditEntry;
import dev.mulligan.proto.host.v1.AuditServiceGrpc;
import dev.mulligan.proto.host.v1.BuildImageRequest;
import dev.mulligan.proto.host.v1.BuildImageResponse;
import dev.mulligan.proto.host.v1.Checkpoint;
import dev.mulligan.proto.host.v1.CheckpointServiceGrpc;
import dev.mulligan.proto.host.v1.CreateCheckpointRequest;
import dev.mulligan.proto.host.v1.CreateCheckpointResponse;
import dev.mulligan.proto.host.v1.ExportAuditRequest;
import dev.mulligan.proto.host.v1.ExportAuditResponse;
import dev.mulligan.proto.host.v1.GetAuditKeyRequest;
import dev.mulligan.proto.host.v1.GetAuditKeyResponse;
import dev.mulligan.proto.host.v1.Image;
import dev.mulligan.proto.host.v1.ImageServiceGrpc;
import dev.mulligan.proto.host.v1.ListCheckpointsRequest;
import dev.mulligan.proto.host.v1.ListCheckpointsResponse;
import dev.mulligan.proto.host.v1.QueryAuditRequest;
import dev.mulligan.proto.host.v1.QueryAuditResponse;
import dev.mulligan.proto.host.v1.RestoredPath;
import dev.mulligan.proto.host.v1.RollbackRequest;
import dev.mulligan.proto.host.v1.RollbackResponse;
import dev.mulligan.proto.host.v1.RotateAuditRequest;
import dev.mulligan.proto.host.v1.RotateAuditResponse;
import dev.mulligan.proto.host.v1.VerifyAuditRequest;
import dev.mulligan.proto.host.v1.VerifyAuditResponse;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** image, checkpoint, rollback, audit. */
final class RecordCommandsTest {
    private final Path directory;
    private final Shell shell;

    RecordCommandsTest(@TempDir Path directory) {
        this.directory = directory;
        this.shell = new Shell(directory.resolve("state"));
    }

    @AfterEach
    void close() {
        shell.close();
    }

    @Test
    void buildShowsPhasesAndSaysWhenNothingHadToBeDone() {
        Images images = new Images();
        shell.serve(images);
        assertThat(shell.run("image", "build", "./recipe", "--no-cache", "-v")).isZero();
        assertThat(images.builds)
                .containsExactly(BuildImageRequest.newBuilder()
                        .setRecipe(Path.of("recipe").toAbsolutePath().toString())
                        .setNoCache(true)
                        .build());
        assertThat(shell.output()).isEqualTo("base 0123456789ab, 1.5 GiB: unchanged, cache hit\n");
        assertThat(shell.errors()).isEqualTo("""
                mulligan: root file system: unpacking
                  Get:1 \\x1b[31mred
                """);
        assertThat(shell.run("image", "build", "base", "--output", "json")).isZero();
        assertThat(images.builds.getLast().getRecipe()).isEqualTo("base");
        assertThat(shell.output().lines()).hasSize(3).last().asString().contains("\"cached\":true");
    }

    @Test
    void checkpointsAreListedWithTheOneThatIsStoodOn() {
        shell.serve(new Checkpoints());
        assertThat(shell.run("checkpoint", "list", "web")).isZero();
        assertThat(shell.output())
                .isEqualTo("""
                CHECKPOINT  KIND  CREATED  SIZE    PARENT  HERE  LABEL
                cp-1        full  -        1.5 KiB  -       -     before task t-1
                cp-2        disk  -        0 B     cp-1    *     -
                """.replace("SIZE    PARENT", "SIZE     PARENT").replace("0 B     cp-1", "0 B      cp-1"));
        assertThat(shell.run("checkpoint", "create", "web", "--disk", "--label", "mine"))
                .isZero();
        assertThat(shell.output()).isEqualTo("DISK mine\n");
        assertThat(shell.errors()).contains("the machine stood still for 80 ms");
    }

    @Test
    void rollbackSaysWhatItDidAndHowToTakeItBack() {
        Checkpoints checkpoints = new Checkpoints();
        shell.serve(checkpoints);
        assertThat(shell.run("rollback", "web", "--to", "cp-1", "--path", "/a", "--path", "/b"))
                .isZero();
        assertThat(checkpoints.rollbacks)
                .containsExactly(RollbackRequest.newBuilder()
                        .setSandbox("web")
                        .setCheckpointId("cp-1")
                        .addPaths("/a")
                        .addPaths("/b")
                        .build());
        assertThat(shell.output()).isEqualTo("""
                replaced  /a
                removed   /b
                paths of web are as at cp-1 (before task t-1), in 1.2 s
                take that back: mulligan rollback web --to cp-9 --path /a --path /b
                """);
        assertThat(shell.run("rollback", "web")).isZero();
        assertThat(shell.output()).startsWith("web is as at cp-1");
    }

    @Test
    void auditForPeopleAndForPrograms() {
        shell.serve(new Audit(true));
        assertThat(shell.run("audit", "show", "--task", "t-1")).isZero();
        assertThat(shell.output())
                .isEqualTo("     1                       call.decided            task=t-1  by=local:0  tool=shell"
                        + "  decision=deny  rule=tools  command=rm \\x1b\n");
        assertThat(shell.run("audit", "show", "--output", "json")).isZero();
        assertThat(shell.output()).startsWith("{\"sequence\":\"1\",\"kind\":\"call.decided\"");
    }

    @Test
    void verifyTellsByItsExitCode() {
        shell.serve(new Audit(true));
        assertThat(shell.run("audit", "verify")).isZero();
        assertThat(shell.output()).isEqualTo("whole: 7 entries, head 0a0b; signed up to entry 6 by the key abc\n");
        shell.serve(new Audit(false));
        assertThat(shell.run("audit", "verify")).isEqualTo(1);
        assertThat(shell.output()).isEqualTo("NOT WHOLE: entry 3 of 7: hash differs\n");
    }

    @Test
    void anExportIsVerifiedWithoutAHostAgent() throws IOException {
        Path file = directory.resolve("record.jsonl");
        Path key = Files.writeString(directory.resolve("host.pem"), export(file));
        assertThat(shell.run("audit", "verify", file.toString(), "--key", key.toString()))
                .isZero();
        assertThat(shell.output()).startsWith("whole: 3 entries, head ").contains("; signed up to entry 3 by the key ");
        assertThat(shell.errors()).isEmpty();
        assertThat(shell.run("audit", "verify", file.toString(), "--key", key.toString(), "--output", "json"))
                .isZero();
        assertThat(shell.output())
                .startsWith("{\"whole\":true,\"entries\":\"3\",\"head\":\"")
                .contains("\"signedSequence\":\"3\"");

        Files.writeString(file, Files.readString(file).replace("\"number\":\"1\"", "\"number\":\"9\""));
        assertThat(shell.run("audit", "verify", file.toString())).isEqualTo(1);
        assertThat(shell.output()).startsWith("NOT WHOLE: entry 2 of ").contains("changed");
        assertThat(shell.run("audit", "verify", file.toString(), "--output", "json"))
                .isEqualTo(1);
        assertThat(shell.output()).startsWith("{\"whole\":false,").contains("\"firstBadSequence\":\"2\"");
        assertThat(shell.run("audit", "verify", directory.resolve("no").toString()))
                .isEqualTo(3);
        assertThat(shell.run("audit", "verify", directory.toString())).isEqualTo(2);
        assertThat(shell.errors()).contains("directory: " + directory, "name the file in it");
    }

    @Test
    void whoSignedAnExportIsKnownByTheKeyAlone() throws IOException {
        Path file = directory.resolve("record.jsonl");
        Path other = directory.resolve("other.jsonl");
        Path key = Files.writeString(directory.resolve("host.pem"), export(file));
        Path stranger = Files.writeString(directory.resolve("stranger.pem"), export(other));
        assertThat(shell.run("audit", "verify", file.toString())).isZero();
        assertThat(shell.errors()).contains("who signed it was not looked at: give --key");
        assertThat(shell.run("audit", "verify", file.toString(), "--key", stranger.toString()))
                .isEqualTo(1);
        assertThat(shell.output()).startsWith("NOT WHOLE: entry 3 of 3: forged: the head is signed by the key ");
        assertThat(shell.run("audit", "verify", file.toString(), "--key", file.toString()))
                .isEqualTo(2);
        assertThat(shell.errors()).contains("PUBLIC KEY").contains("mulligan audit key");
        // One after the other they are no chain.
        assertThat(shell.run("audit", "verify", file.toString(), other.toString(), "--key", key.toString()))
                .isEqualTo(1);
        assertThat(shell.output()).startsWith("NOT WHOLE: entry 1 of 3: reordered");
        assertThat(shell.run("audit", "verify", "--key", key.toString())).isEqualTo(2);
        assertThat(shell.errors()).contains("FILE");
    }

    /** As the host agent writes it; its key. */
    private String export(Path file) throws IOException {
        Path place = Files.createTempDirectory(directory, "record");
        MigratedState.into(place);
        try (SqliteStore store = SqliteStore.openJournal(place);
                StoredAuditLog log = StoredAuditLog.open(store, place, InstantSource.system());
                OutputStream output = Files.newOutputStream(file)) {
            for (int i = 0; i < 3; i++) {
                log.append(AuditEvent.of("call.decided", new Actor("local:0"))
                        .withDetails(Map.of("number", Integer.toString(i))));
            }
            log.reader().export(Optional.empty(), output);
            return log.reader().key().pem();
        }
    }

    @Test
    void theKeyIsPrintedAsItIsAndOldEntriesMoveOut() {
        Audit audit = new Audit(true);
        shell.serve(audit);
        assertThat(shell.run("audit", "key")).isZero();
        assertThat(shell.output()).isEqualTo("-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----\n");
        assertThat(shell.run("audit", "rotate", "--before", "2026-01-31T00:00:00Z"))
                .isZero();
        assertThat(shell.output()).isEqualTo("entries 1 to 7 are in /state/audit/a.jsonl\n");
        assertThat(shell.run("audit", "rotate", "--before", "1970-01-01T00:00:00Z"))
                .isZero();
        assertThat(shell.output()).isEqualTo("nothing is that old\n");
        assertThat(audit.rotations)
                .extracting(request -> request.getBefore().getSeconds())
                .containsExactly(1_769_817_600L, 0L);
    }

    @Test
    void exportsForLogSystemsAndQueriesByToolAndPath() {
        Audit audit = new Audit(true);
        shell.serve(audit);
        assertThat(shell.run("audit", "export", "--format", "ocsf", "--task", "t-1"))
                .isZero();
        assertThat(audit.exports)
                .containsExactly(ExportAuditRequest.newBuilder()
                        .setTaskId("t-1")
                        .setFormat(ExportAuditRequest.Format.OCSF)
                        .build());
        assertThat(shell.run("audit", "export", "--format", "xml")).isEqualTo(2);
        assertThat(shell.run("audit", "show", "--tool", "files", "--path", "/a", "--thread", "tidy"))
                .isZero();
        assertThat(audit.queries)
                .containsExactly(QueryAuditRequest.newBuilder()
                        .setTool("files")
                        .setPath("/a")
                        .setThread("tidy")
                        .build());
    }

    @Test
    void exportIsExactlyWhatTheHostAgentSent() {
        shell.serve(new Audit(true));
        assertThat(shell.run("audit", "export")).isZero();
        assertThat(shell.output()).isEqualTo("{\"a\":1}\n{\"b\":2}\n");
        Path file = directory.resolve("record.jsonl");
        assertThat(shell.run("audit", "export", "--file", file.toString())).isZero();
        assertThat(file).hasContent("{\"a\":1}\n{\"b\":2}\n");
        assertThat(shell.run("audit", "export", "--file", file.toString(), "--output", "json"))
                .isZero();
        assertThat(shell.output()).isEqualTo("{\"written\":\"" + file + "\"}\n");
        assertThat(directory).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void anExportThatFailsLeavesNothingAndNamesTheDirectoryThatIsMissing() throws IOException {
        shell.serve(new Audit(true));
        Path taken = Files.createDirectory(directory.resolve("taken"));
        Files.createFile(taken.resolve("file"));
        assertThat(shell.run("audit", "export", "--file", taken.toString())).isEqualTo(1);
        assertThat(shell.errors()).contains("file that cannot be read or written: ");
        assertThat(directory).isDirectoryNotContaining("glob:**.part");

        Path missing = directory.resolve("missing");
        assertThat(shell.run("audit", "export", "--file", missing.resolve("x").toString()))
                .isEqualTo(3);
        assertThat(shell.errors())
                .contains("no such directory: " + missing + " (expected: one that is there, for x); make it: mkdir -p "
                        + missing);
    }

    private static final class Images extends ImageServiceGrpc.ImageServiceImplBase {
        private final List<BuildImageRequest> builds = new CopyOnWriteArrayList<>();

        @Override
        public void build(BuildImageRequest request, StreamObserver<BuildImageResponse> responses) {
            builds.add(request);
            responses.onNext(BuildImageResponse.newBuilder()
                    .setProgress(BuildImageResponse.Progress.newBuilder()
                            .setPhase("root file system")
                            .setFraction(0.5)
                            .setMessage("unpacking"))
                    .build());
            responses.onNext(BuildImageResponse.newBuilder()
                    .setLog("Get:1 \u001b[31mred")
                    .build());
            responses.onNext(BuildImageResponse.newBuilder()
                    .setResult(BuildImageResponse.Result.newBuilder()
                            .setCached(true)
                            .setImage(Image.newBuilder()
                                    .setName("base")
                                    .setDigest("sha256:0123456789abcdef")
                                    .setSizeBytes(3L << 29)))
                    .build());
            responses.onCompleted();
        }
    }

    private static final class Checkpoints extends CheckpointServiceGrpc.CheckpointServiceImplBase {
        private static final Checkpoint FIRST = Checkpoint.newBuilder()
                .setId("cp-1")
                .setKind(Checkpoint.Kind.FULL)
                .setLabel("before task t-1")
                .setSizeBytes(1536)
                .build();

        private final List<RollbackRequest> rollbacks = new CopyOnWriteArrayList<>();

        @Override
        public void list(ListCheckpointsRequest request, StreamObserver<ListCheckpointsResponse> responses) {
            responses.onNext(ListCheckpointsResponse.newBuilder()
                    .addCheckpoints(FIRST)
                    .addCheckpoints(Checkpoint.newBuilder()
                            .setId("cp-2")
                            .setKind(Checkpoint.Kind.DISK)
                            .setParentId("cp-1")
                            .setCurrent(true))
                    .build());
            responses.onCompleted();
        }

        @Override
        public void create(CreateCheckpointRequest request, StreamObserver<CreateCheckpointResponse> responses) {
            responses.onNext(CreateCheckpointResponse.newBuilder()
                    .setCheckpoint(Checkpoint.newBuilder().setId(request.getKind() + " " + request.getLabel()))
                    .setPause(Duration.newBuilder().setNanos(80_000_000))
                    .build());
            responses.onCompleted();
        }

        @Override
        public void rollback(RollbackRequest request, StreamObserver<RollbackResponse> responses) {
            rollbacks.add(request);
            RollbackResponse.Builder response = RollbackResponse.newBuilder()
                    .setCheckpoint(FIRST)
                    .setBefore(Checkpoint.newBuilder().setId("cp-9"))
                    .setDuration(Duration.newBuilder().setSeconds(1).setNanos(230_000_000));
            RestoredPath.Outcome outcome = RestoredPath.Outcome.REPLACED;
            for (String path : request.getPathsList()) {
                response.addPaths(RestoredPath.newBuilder().setPath(path).setOutcome(outcome));
                outcome = RestoredPath.Outcome.REMOVED;
            }
            responses.onNext(response.build());
            responses.onCompleted();
        }
    }

    private static final class Audit extends AuditServiceGrpc.AuditServiceImplBase {
        private final boolean whole;

        private final List<RotateAuditRequest> rotations = new CopyOnWriteArrayList<>();
        private final List<ExportAuditRequest> exports = new CopyOnWriteArrayList<>();
        private final List<QueryAuditRequest> queries = new CopyOnWriteArrayList<>();

        private Audit(boolean whole) {
            this.whole = whole;
        }

        @Override
        public void query(QueryAuditRequest request, StreamObserver<QueryAuditResponse> responses) {
            queries.add(request);
            responses.onNext(QueryAuditResponse.newBuilder()
                    .setEntry(AuditEntry.newBuilder()
                            .setSequence(1)
                            .setKind("call.decided")
                            .setTaskId("t-1")
                            .setActor("local:0")
                            .setTool("shell")
                            .setDecision("deny")
                            .setRule("tools")
                            .putDetails("command", "rm \u001b"))
                    .build());
            responses.onCompleted();
        }

        @Override
        public void verify(VerifyAuditRequest request, StreamObserver<VerifyAuditResponse> responses) {
            responses.onNext(VerifyAuditResponse.newBuilder()
                    .setWhole(whole)
                    .setEntries(7)
                    .setHead(ByteString.copyFrom(new byte[] {10, 11}))
                    .setFirstBadSequence(whole ? 0 : 3)
                    .setProblem(whole ? "" : "hash differs")
                    .setSignedSequence(whole ? 6 : 0)
                    .setKey(whole ? "abc" : "")
                    .build());
            responses.onCompleted();
        }

        @Override
        public void getKey(GetAuditKeyRequest request, StreamObserver<GetAuditKeyResponse> responses) {
            responses.onNext(GetAuditKeyResponse.newBuilder()
                    .setPem("-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----\n")
                    .build());
            responses.onCompleted();
        }

        @Override
        public void rotate(RotateAuditRequest request, StreamObserver<RotateAuditResponse> responses) {
            rotations.add(request);
            RotateAuditResponse.Builder moved = RotateAuditResponse.newBuilder();
            if (request.getBefore().getSeconds() > 0) {
                moved.setFile("/state/audit/a.jsonl").setFirstSequence(1).setLastSequence(7);
            }
            responses.onNext(moved.build());
            responses.onCompleted();
        }

        @Override
        public void export(ExportAuditRequest request, StreamObserver<ExportAuditResponse> responses) {
            exports.add(request);
            for (String part : List.of("{\"a\":1}\n{\"b", "\":2}\n")) {
                responses.onNext(ExportAuditResponse.newBuilder()
                        .setData(ByteString.copyFromUtf8(part))
                        .build());
            }
            responses.onCompleted();
        }
    }
}
