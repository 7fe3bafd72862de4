package dev.mulligan.host.service;

import com.google.protobuf.ByteString;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.ThreadName;
import dev.mulligan.host.audit.AuditEntry;
import dev.mulligan.host.audit.AuditKey;
import dev.mulligan.host.audit.AuditQuery;
import dev.mulligan.host.audit.AuditReader;
import dev.mulligan.host.audit.AuditRotation;
import dev.mulligan.host.audit.AuditVerdict;
import dev.mulligan.host.guest.GuestPath;
import dev.mulligan.host.sandbox.Sandboxes;
import dev.mulligan.host.scope.Effect;
import dev.mulligan.host.scope.Tool;
import dev.mulligan.proto.host.v1.AuditServiceGrpc;
import dev.mulligan.proto.host.v1.ExportAuditRequest;
import dev.mulligan.proto.host.v1.ExportAuditResponse;
import dev.mulligan.proto.host.v1.GetAuditKeyRequest;
import dev.mulligan.proto.host.v1.GetAuditKeyResponse;
import dev.mulligan.proto.host.v1.QueryAuditRequest;
import dev.mulligan.proto.host.v1.QueryAuditResponse;
import dev.mulligan.proto.host.v1.RotateAuditRequest;
import dev.mulligan.proto.host.v1.RotateAuditResponse;
import dev.mulligan.proto.host.v1.VerifyAuditRequest;
import dev.mulligan.proto.host.v1.VerifyAuditResponse;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** {@code AuditService}. */
final class GrpcAudit extends AuditServiceGrpc.AuditServiceImplBase {
    private final AuditReader reader;
    private final AuditRotation rotation;
    private final SandboxNames names;
    private final Calls calls;

    GrpcAudit(AuditReader reader, AuditRotation rotation, Sandboxes sandboxes, Calls calls) {
        this.reader = reader;
        this.rotation = rotation;
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
            verdict.signed()
                    .ifPresent(signed ->
                            response.setSignedSequence(signed.sequence()).setKey(signed.key()));
            return response.build();
        });
    }

    @Override
    public void export(ExportAuditRequest request, StreamObserver<ExportAuditResponse> observer) {
        calls.stream(observer, sender -> {
            ChunkStream<ExportAuditResponse> sink = new ChunkStream<>(
                    sender,
                    chunk -> ExportAuditResponse.newBuilder().setData(chunk).build());
            Optional<TaskId> task = task(request.getTaskId());
            switch (request.getFormat()) {
                case FORMAT_UNSPECIFIED, CHAIN -> reader.export(task, sink);
                case OCSF -> reader.exportOcsf(task, sink);
                case UNRECOGNIZED ->
                    throw Field.invalid("format", request.getFormatValue(), "CHAIN or OCSF", "correct it");
            }
            sink.flush();
        });
    }

    @Override
    public void getKey(GetAuditKeyRequest request, StreamObserver<GetAuditKeyResponse> observer) {
        calls.answer(observer, () -> {
            AuditKey key = reader.key();
            return GetAuditKeyResponse.newBuilder()
                    .setPem(key.pem())
                    .setKey(key.id())
                    .build();
        });
    }

    @Override
    public void rotate(RotateAuditRequest request, StreamObserver<RotateAuditResponse> observer) {
        Caller caller = Caller.current();
        calls.answer(observer, () -> {
            if (!caller.local()) {
                throw HostException.of(HostErrorCode.SCOPE_DENIED, "rotation over the network")
                        .value(caller.actor())
                        .expected("a call over the unix socket")
                        .remedy("run 'mulligan audit rotate' on the host, where the file will be")
                        .build();
            }
            Instant before = Times.instant("before", request.hasBefore(), request.getBefore())
                    .orElseThrow(() -> Field.invalid("before", "", "a time", "say how old entries must be to go"));
            return rotation.moveOut(before, caller.actor())
                    .map(moved -> RotateAuditResponse.newBuilder()
                            .setFile(moved.file().toString())
                            .setFirstSequence(moved.first())
                            .setLastSequence(moved.last())
                            .build())
                    .orElseGet(RotateAuditResponse::getDefaultInstance);
        });
    }

    private AuditQuery query(QueryAuditRequest request) {
        long limit = Field.notNegative("limit", request.getLimit());
        AuditQuery query = new AuditQuery(
                task(request.getTaskId()),
                Field.optional("sandbox", request.getSandbox()).map(names::idOf),
                Field.optional("kind", request.getKind()),
                word(
                        "decision",
                        request.getDecision(),
                        Arrays.stream(Effect.values()).map(Effect::label)),
                word("tool", request.getTool(), Arrays.stream(Tool.values()).map(Tool::label)),
                path(request.getPath()),
                Times.instant("since", request.hasSince(), request.getSince()),
                Times.instant("until", request.hasUntil(), request.getUntil()),
                limit == 0 ? OptionalLong.empty() : OptionalLong.of(limit));
        return Field.optional("thread", request.getThread())
                .map(ThreadName::new)
                .map(query::ofThread)
                .orElse(query);
    }

    /** Another word would find nothing, which is no answer to a slip. */
    private static Optional<String> word(String field, String given, Stream<String> known) {
        List<String> words = known.toList();
        if (!given.isEmpty() && !words.contains(given)) {
            throw Field.invalid(field, given, "one of " + String.join(", ", words), "correct it, or leave it out");
        }
        return Field.optional(field, given);
    }

    private static Optional<String> path(String path) {
        return path.isEmpty()
                ? Optional.empty()
                : Optional.of(GuestPath.of(path).toString());
    }

    private static Optional<TaskId> task(String id) {
        return id.isEmpty() ? Optional.empty() : Optional.of(new TaskId(id));
    }
}
