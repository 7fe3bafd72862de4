package dev.mulligan.host.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.mulligan.host.ThreadName;
import dev.mulligan.proto.host.v1.AuditServiceGrpc;
import dev.mulligan.proto.host.v1.AuditServiceGrpc.AuditServiceBlockingV2Stub;
import dev.mulligan.proto.host.v1.ExportAuditRequest;
import dev.mulligan.proto.host.v1.GetAuditKeyRequest;
import dev.mulligan.proto.host.v1.GetAuditKeyResponse;
import dev.mulligan.proto.host.v1.QueryAuditRequest;
import dev.mulligan.proto.host.v1.RotateAuditRequest;
import dev.mulligan.proto.host.v1.RotateAuditResponse;
import io.grpc.StatusException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Key, rotation, formats and searches over the wire. */
@Timeout(30)
final class AuditServiceTest {
    private final ServiceFixture host;

    AuditServiceTest(@TempDir Path directory) throws IOException {
        host = new ServiceFixture(directory);
    }

    @AfterEach
    void close() {
        host.close();
    }

    private AuditServiceBlockingV2Stub audit() {
        return AuditServiceGrpc.newBlockingV2Stub(host.connect()).withDeadlineAfter(Duration.ofSeconds(20));
    }

    @Test
    void handsOutTheKeyAndItsName() throws StatusException {
        GetAuditKeyResponse answer = audit().getKey(GetAuditKeyRequest.getDefaultInstance());
        assertThat(answer.getPem()).isEqualTo(ServiceFixture.PUBLIC_KEY);
        assertThat(answer.getKey()).hasSize(64);
    }

    @Test
    void movesOutOnBehalfOfTheCaller() throws StatusException {
        RotateAuditResponse moved = audit().rotate(before(1_000));
        assertThat(moved)
                .isEqualTo(RotateAuditResponse.newBuilder()
                        .setFile("/state/audit/1.jsonl")
                        .setFirstSequence(1)
                        .setLastSequence(7)
                        .build());
        assertThat(host.moves).singleElement().asString().startsWith(Instant.ofEpochSecond(1_000) + " local:");
        assertThat(audit().rotate(before(0))).isEqualTo(RotateAuditResponse.getDefaultInstance());
        Assertions.assertThatThrownBy(() -> audit().rotate(RotateAuditRequest.getDefaultInstance()))
                .hasMessageContaining("before");
    }

    private static RotateAuditRequest before(long seconds) {
        return RotateAuditRequest.newBuilder()
                .setBefore(Timestamp.newBuilder().setSeconds(seconds))
                .build();
    }

    @Test
    void exportsInTheFormatThatWasAskedFor() throws Exception {
        var export = audit().export(ExportAuditRequest.newBuilder()
                .setFormat(ExportAuditRequest.Format.OCSF)
                .build());
        assertThat(export.read().getData().toStringUtf8()).isEqualTo("{\"class_uid\":6003}\n");
        Assertions.assertThatThrownBy(() -> audit().export(ExportAuditRequest.newBuilder()
                                .setFormatValue(9)
                                .build())
                        .read())
                .hasMessageContaining("format");
    }

    @Test
    void refusesADecisionAndAToolThatNoEntryHas() {
        Assertions.assertThatThrownBy(() -> audit().query(QueryAuditRequest.newBuilder()
                                .setDecision("denied")
                                .build())
                        .read())
                .hasMessageContaining(
                        "INVALID_ARGUMENT: decision: denied (expected: one of allow, ask, deny); correct it");
        Assertions.assertThatThrownBy(() -> audit().query(QueryAuditRequest.newBuilder()
                                .setTool("python3")
                                .build())
                        .read())
                .hasMessageContaining("tool: python3 (expected: one of python, node, shell, files); correct it");
    }

    @Test
    void searchesByToolAndPath() throws Exception {
        var entries = audit().query(QueryAuditRequest.newBuilder()
                .setTool("files")
                .setDecision("ask")
                .setPath("/a//b/")
                .setThread("tidy")
                .build());
        assertThat(entries.read()).isNull();
        assertThat(host.queries).singleElement().satisfies(query -> {
            assertThat(query.tool()).isEqualTo(Optional.of("files"));
            assertThat(query.decision()).isEqualTo(Optional.of("ask"));
            assertThat(query.path()).isEqualTo(Optional.of("/a/b"));
            assertThat(query.thread()).isEqualTo(Optional.of(new ThreadName("tidy")));
        });
        Assertions.assertThatThrownBy(() -> audit().query(
                                QueryAuditRequest.newBuilder().setPath("a").build())
                        .read())
                .hasMessageContaining("path");
    }
}
