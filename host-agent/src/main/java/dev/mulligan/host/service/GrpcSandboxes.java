package dev.mulligan.host.service;

import dev.mulligan.host.SandboxId;
import dev.mulligan.host.guest.EvaluationSpec;
import dev.mulligan.host.guest.ProcessSpec;
import dev.mulligan.host.sandbox.GuestSession;
import dev.mulligan.host.sandbox.Sandbox;
import dev.mulligan.host.sandbox.SandboxRequest;
import dev.mulligan.host.sandbox.Sandboxes;
import dev.mulligan.proto.host.v1.CreateSandboxRequest;
import dev.mulligan.proto.host.v1.CreateSandboxResponse;
import dev.mulligan.proto.host.v1.DeleteSandboxRequest;
import dev.mulligan.proto.host.v1.DeleteSandboxResponse;
import dev.mulligan.proto.host.v1.DownloadRequest;
import dev.mulligan.proto.host.v1.DownloadResponse;
import dev.mulligan.proto.host.v1.EvaluateRequest;
import dev.mulligan.proto.host.v1.EvaluateResponse;
import dev.mulligan.proto.host.v1.EvaluateStart;
import dev.mulligan.proto.host.v1.ExecRequest;
import dev.mulligan.proto.host.v1.ExecResponse;
import dev.mulligan.proto.host.v1.ExecStart;
import dev.mulligan.proto.host.v1.ForkSandboxRequest;
import dev.mulligan.proto.host.v1.ForkSandboxResponse;
import dev.mulligan.proto.host.v1.GetSandboxRequest;
import dev.mulligan.proto.host.v1.GetSandboxResponse;
import dev.mulligan.proto.host.v1.ListFilesRequest;
import dev.mulligan.proto.host.v1.ListFilesResponse;
import dev.mulligan.proto.host.v1.ListSandboxesRequest;
import dev.mulligan.proto.host.v1.ListSandboxesResponse;
import dev.mulligan.proto.host.v1.MakeDirectoryRequest;
import dev.mulligan.proto.host.v1.MakeDirectoryResponse;
import dev.mulligan.proto.host.v1.MoveFileRequest;
import dev.mulligan.proto.host.v1.MoveFileResponse;
import dev.mulligan.proto.host.v1.PauseSandboxRequest;
import dev.mulligan.proto.host.v1.PauseSandboxResponse;
import dev.mulligan.proto.host.v1.PickSandboxRequest;
import dev.mulligan.proto.host.v1.PickSandboxResponse;
import dev.mulligan.proto.host.v1.ReadFileRequest;
import dev.mulligan.proto.host.v1.ReadFileResponse;
import dev.mulligan.proto.host.v1.RemoveFileRequest;
import dev.mulligan.proto.host.v1.RemoveFileResponse;
import dev.mulligan.proto.host.v1.ResumeSandboxRequest;
import dev.mulligan.proto.host.v1.ResumeSandboxResponse;
import dev.mulligan.proto.host.v1.SandboxServiceGrpc;
import dev.mulligan.proto.host.v1.StatFileRequest;
import dev.mulligan.proto.host.v1.StatFileResponse;
import dev.mulligan.proto.host.v1.UploadRequest;
import dev.mulligan.proto.host.v1.UploadResponse;
import dev.mulligan.proto.host.v1.WatchFilesRequest;
import dev.mulligan.proto.host.v1.WatchFilesResponse;
import dev.mulligan.proto.host.v1.WriteFileRequest;
import dev.mulligan.proto.host.v1.WriteFileResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;

/** {@code SandboxService}; its calls about files are in {@link FileCalls} and {@link TransferCalls}. */
final class GrpcSandboxes extends SandboxServiceGrpc.SandboxServiceImplBase {
    private final Sandboxes sandboxes;
    private final SandboxNames names;
    private final SandboxMessages messages;
    private final ByHand byHand;
    private final FileCalls files;
    private final TransferCalls transfers;
    private final Calls calls;
    private final ThreadFactory threads;

    GrpcSandboxes(Sandboxes sandboxes, SandboxMessages messages, ByHand byHand, Calls calls, ThreadFactory threads) {
        this.sandboxes = sandboxes;
        this.names = new SandboxNames(sandboxes);
        this.messages = messages;
        this.byHand = byHand;
        this.files = new FileCalls(byHand, calls);
        this.transfers = new TransferCalls(byHand, calls);
        this.calls = calls;
        this.threads = threads;
    }

    @Override
    public void create(CreateSandboxRequest request, StreamObserver<CreateSandboxResponse> observer) {
        Caller caller = Caller.current();
        calls.stream(observer, sender -> {
            SandboxRequest wanted = messages.request(request);
            Sandbox sandbox = sandboxes.create(
                    wanted,
                    caller.actor(),
                    progress -> sender.send(CreateSandboxResponse.newBuilder()
                            .setProgress(progress)
                            .build()));
            sender.send(CreateSandboxResponse.newBuilder()
                    .setSandbox(SandboxMessages.message(sandbox))
                    .build());
        });
    }

    @Override
    public void fork(ForkSandboxRequest request, StreamObserver<ForkSandboxResponse> observer) {
        Caller caller = Caller.current();
        calls.stream(observer, sender -> {
            List<Sandbox> forks = sandboxes.fork(
                    names.get(request.getSandbox()).id(),
                    messages.request(request),
                    caller.actor(),
                    progress -> sender.send(ForkSandboxResponse.newBuilder()
                            .setProgress(progress)
                            .build()));
            sender.send(ForkSandboxResponse.newBuilder()
                    .setResult(ForkSandboxResponse.Result.newBuilder()
                            .addAllSandboxes(
                                    forks.stream().map(SandboxMessages::message).toList()))
                    .build());
        });
    }

    @Override
    public void pick(PickSandboxRequest request, StreamObserver<PickSandboxResponse> observer) {
        Caller caller = Caller.current();
        calls.answer(observer, () -> {
            Optional<SandboxId> picked = Field.optional("sandbox", request.getSandbox())
                    .map(names::get)
                    .map(Sandbox::id);
            List<Sandbox> deleted = sandboxes.pick(
                    Field.required("try_id", request.getTryId()), picked, request.getReason(), caller.actor());
            return PickSandboxResponse.newBuilder()
                    .addAllDeleted(
                            deleted.stream().map(SandboxMessages::message).toList())
                    .build();
        });
    }

    @Override
    public void list(ListSandboxesRequest request, StreamObserver<ListSandboxesResponse> observer) {
        calls.answer(observer, () -> {
            List<Sandbox> found = sandboxes.list(Field.labels("labels", request.getLabelsMap()));
            return ListSandboxesResponse.newBuilder()
                    .addAllSandboxes(
                            found.stream().map(SandboxMessages::message).toList())
                    .build();
        });
    }

    @Override
    public void get(GetSandboxRequest request, StreamObserver<GetSandboxResponse> observer) {
        calls.answer(
                observer,
                () -> GetSandboxResponse.newBuilder()
                        .setSandbox(SandboxMessages.message(names.get(request.getSandbox())))
                        .build());
    }

    @Override
    public void pause(PauseSandboxRequest request, StreamObserver<PauseSandboxResponse> observer) {
        Caller caller = Caller.current();
        calls.answer(observer, () -> {
            Sandbox sandbox = names.get(request.getSandbox());
            return PauseSandboxResponse.newBuilder()
                    .setSandbox(
                            SandboxMessages.message(sandboxes.pause(sandbox.id(), request.getSave(), caller.actor())))
                    .build();
        });
    }

    @Override
    public void resume(ResumeSandboxRequest request, StreamObserver<ResumeSandboxResponse> observer) {
        Caller caller = Caller.current();
        calls.answer(observer, () -> {
            Sandbox sandbox = names.get(request.getSandbox());
            return ResumeSandboxResponse.newBuilder()
                    .setSandbox(SandboxMessages.message(sandboxes.resume(sandbox.id(), caller.actor())))
                    .build();
        });
    }

    @Override
    public void delete(DeleteSandboxRequest request, StreamObserver<DeleteSandboxResponse> observer) {
        Caller caller = Caller.current();
        calls.answer(observer, () -> {
            sandboxes.delete(names.get(request.getSandbox()).id(), request.getForce(), caller.actor());
            return DeleteSandboxResponse.getDefaultInstance();
        });
    }

    @Override
    public StreamObserver<ExecRequest> exec(StreamObserver<ExecResponse> observer) {
        Caller caller = Caller.current();
        return calls.converse(observer, (inbox, sender) -> {
            ExecStart start = inbox.take()
                    .filter(ExecRequest::hasStart)
                    .map(ExecRequest::getStart)
                    .orElseThrow(() -> Field.invalid("first message", "no start", "start", "send start first"));
            ProcessSpec spec = ExecMessages.spec(start);
            try (GuestSession session = byHand.open(start.getSandbox(), caller.actor())) {
                byHand.record(
                        session.sandbox().id(),
                        caller.actor(),
                        "sandbox.exec",
                        ExecMessages.details(start),
                        start.getRoot());
                new ExecCall(inbox, sender).run(session.guest(), spec, threads);
            }
        });
    }

    @Override
    public StreamObserver<EvaluateRequest> evaluate(StreamObserver<EvaluateResponse> observer) {
        Caller caller = Caller.current();
        return calls.converse(observer, (inbox, sender) -> {
            EvaluateStart start = inbox.take()
                    .filter(EvaluateRequest::hasStart)
                    .map(EvaluateRequest::getStart)
                    .orElseThrow(() -> Field.invalid("first message", "no start", "start", "send start first"));
            EvaluationSpec spec = EvaluateMessages.spec(start);
            try (GuestSession session = byHand.open(start.getSandbox(), caller.actor())) {
                byHand.record(
                        session.sandbox().id(),
                        caller.actor(),
                        "sandbox.evaluate",
                        EvaluateMessages.details(start),
                        start.getRoot());
                new EvaluateCall(inbox, sender).run(session.guest(), spec, threads);
            }
        });
    }

    @Override
    public void listFiles(ListFilesRequest request, StreamObserver<ListFilesResponse> observer) {
        files.list(request, observer);
    }

    @Override
    public void statFile(StatFileRequest request, StreamObserver<StatFileResponse> observer) {
        files.stat(request, observer);
    }

    @Override
    public void moveFile(MoveFileRequest request, StreamObserver<MoveFileResponse> observer) {
        files.move(request, observer);
    }

    @Override
    public void removeFile(RemoveFileRequest request, StreamObserver<RemoveFileResponse> observer) {
        files.remove(request, observer);
    }

    @Override
    public void makeDirectory(MakeDirectoryRequest request, StreamObserver<MakeDirectoryResponse> observer) {
        files.makeDirectory(request, observer);
    }

    @Override
    public void watchFiles(WatchFilesRequest request, StreamObserver<WatchFilesResponse> observer) {
        files.watch(request, observer);
    }

    @Override
    public void readFile(ReadFileRequest request, StreamObserver<ReadFileResponse> observer) {
        transfers.read(request, observer);
    }

    @Override
    public void download(DownloadRequest request, StreamObserver<DownloadResponse> observer) {
        transfers.download(request, observer);
    }

    @Override
    public StreamObserver<WriteFileRequest> writeFile(StreamObserver<WriteFileResponse> observer) {
        return transfers.write(observer);
    }

    @Override
    public StreamObserver<UploadRequest> upload(StreamObserver<UploadResponse> observer) {
        return transfers.upload(observer);
    }
}
