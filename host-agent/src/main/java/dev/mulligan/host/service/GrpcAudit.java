package dev.mulligan.host.service;

import com.google.protobuf.ByteString;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.audit.AuditEntry;
import dev.mulligan.host.audit.AuditQuery;
import dev.mulligan.host.audit.AuditReader;
import dev.mulligan.host.audit.AuditVerdict;
import dev.mulligan.host.sandbox.Sandboxes;
import dev.mulligan.proto.host.v1.AuditServiceGrpc;
import dev.mulligan.proto.host.v1.ExportAuditRequest;
import dev.mulligan.proto.host.v1.ExportAuditResponse;
import dev.mulligan.proto.host.v1.QueryAuditRequest;
import dev.mulligan.proto.host.v1.QueryAuditResponse;
import dev.mulligan.proto.host.v1.VerifyAuditRequest;
import dev.mulligan.proto.host.v1.VerifyAuditResponse;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** {@code AuditService}. */
final class GrpcAudit extends AuditServiceGrpc.AuditServiceImplBase {
    private final AuditReader reader;
    private final SandboxNames names;
    private final Calls calls;

    GrpcAudit(AuditReader reader, Sandboxes sandboxes, Calls calls) {
        this.reader = reader;
        this.names = new SandboxNames(sandboxes);
        this.calls = calls;
    }

    @Override
    public void query(QueryAuditRequest request, StreamObserver<QueryAuditResponse> observer) {
        calls.stream(observer, sender -> {
            AuditQuery query = query(request);
            Consumer<AuditEntry> sink = entry -> sender.send(QueryAuditResponse.newBuilder()
                    .setEntry(AuditMessages.message(entry))
                    .build());
            if (request.getFollow()) {
                reader.follow(query, sink);
            } else {
                reader.query(query, sink);
            }
        });
    }

    @Override
    public void verify(VerifyAuditRequest request, StreamObserver<VerifyAuditResponse> observer) {
        calls.answer(observer, () -> {
            AuditVerdict verdict = reader.verify();
            VerifyAuditResponse.Builder response = VerifyAuditResponse.newBuilder()
                    .setWhole(verdict.whole())
                    .setEntries(verdict.entries())
                    .setHead(ByteString.copyFrom(verdict.head().bytes()));
            verdict.flaw()
                    .ifPresent(flaw ->
                            response.setFirstBadSequence(flaw.sequence()).setProblem(flaw.problem()));
            return response.build();
        });
    }

    @Override
    public void export(ExportAuditRequest request, StreamObserver<ExportAuditResponse> observer) {
        calls.stream(observer, sender -> {
            ChunkStream<ExportAuditResponse> sink = new ChunkStream<>(
                    sender,
                    chunk -> ExportAuditResponse.newBuilder().setData(chunk).build());
            reader.export(task(request.getTaskId()), sink);
            sink.flush();
        });
    }

    private AuditQuery query(QueryAuditRequest request) {
        long limit = Field.notNegative("limit", request.getLimit());
        return new AuditQuery(
                task(request.getTaskId()),
                Field.optional("sandbox", request.getSandbox()).map(names::idOf),
                Field.optional("kind", request.getKind()),
                Field.optional("decision", request.getDecision()),
                Times.instant("since", request.hasSince(), request.getSince()),
                Times.instant("until", request.hasUntil(), request.getUntil()),
                limit == 0 ? OptionalLong.empty() : OptionalLong.of(limit));
    }

    private static Optional<TaskId> task(String id) {
        return id.isEmpty() ? Optional.empty() : Optional.of(new TaskId(id));
    }
}
