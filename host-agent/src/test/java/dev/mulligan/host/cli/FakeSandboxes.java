package dev.mulligan.host.cli;

import com.google.protobuf.ByteString;
import dev.mulligan.proto.host.v1.CallResult;
import dev.mulligan.proto.host.v1.CreateSandboxRequest;
import dev.mulligan.proto.host.v1.CreateSandboxResponse;
import dev.mulligan.proto.host.v1.DownloadRequest;
import dev.mulligan.proto.host.v1.DownloadResponse;
import dev.mulligan.proto.host.v1.EvaluateEnded;
import dev.mulligan.proto.host.v1.EvaluateRequest;
import dev.mulligan.proto.host.v1.EvaluateResponse;
import dev.mulligan.proto.host.v1.EvaluateStart;
import dev.mulligan.proto.host.v1.ExecExited;
import dev.mulligan.proto.host.v1.ExecOutput;
import dev.mulligan.proto.host.v1.ExecRequest;
import dev.mulligan.proto.host.v1.ExecResponse;
import dev.mulligan.proto.host.v1.ExecStart;
import dev.mulligan.proto.host.v1.FileInfo;
import dev.mulligan.proto.host.v1.ListSandboxesRequest;
import dev.mulligan.proto.host.v1.ListSandboxesResponse;
import dev.mulligan.proto.host.v1.OutputStream;
import dev.mulligan.proto.host.v1.ReadFileRequest;
import dev.mulligan.proto.host.v1.ReadFileResponse;
import dev.mulligan.proto.host.v1.Sandbox;
import dev.mulligan.proto.host.v1.SandboxServiceGrpc;
import dev.mulligan.proto.host.v1.SandboxState;
import dev.mulligan.proto.host.v1.StatFileRequest;
import dev.mulligan.proto.host.v1.StatFileResponse;
import dev.mulligan.proto.host.v1.UploadRequest;
import dev.mulligan.proto.host.v1.UploadResponse;
import dev.mulligan.proto.host.v1.WriteFileRequest;
import dev.mulligan.proto.host.v1.WriteFileResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** One sandbox, whose files are a map and whose only program is an echo. */
final class FakeSandboxes extends SandboxServiceGrpc.SandboxServiceImplBase {
    final List<EvaluateStart> evaluated = new CopyOnWriteArrayList<>();
    volatile EvaluateEnded.Builder evaluation = EvaluateEnded.newBuilder().setOutcome(CallResult.Outcome.OK);
    final List<CreateSandboxRequest> created = new CopyOnWriteArrayList<>();
    final List<ExecStart> started = new CopyOnWriteArrayList<>();
    final List<Integer> signals = new CopyOnWriteArrayList<>();
    final Map<String, ByteString> files = new ConcurrentHashMap<>();
    final Map<String, ByteString> archives = new ConcurrentHashMap<>();
    final Map<String, Integer> modes = new ConcurrentHashMap<>();

    @Override
    public void create(CreateSandboxRequest request, StreamObserver<CreateSandboxResponse> responses) {
        created.add(request);
        responses.onNext(
                CreateSandboxResponse.newBuilder().setProgress("booting").build());
        responses.onNext(
                CreateSandboxResponse.newBuilder().setSandbox(sandbox()).build());
        responses.onCompleted();
    }

    @Override
    public void list(ListSandboxesRequest request, StreamObserver<ListSandboxesResponse> responses) {
        responses.onNext(
                ListSandboxesResponse.newBuilder().addSandboxes(sandbox()).build());
        responses.onCompleted();
    }

    private static Sandbox sandbox() {
        return Sandbox.newBuilder()
                .setId("sb-aaaaaaaaaa")
                .setName("web\r")
                .setImage("base")
                .setState(SandboxState.READY)
                .putLabels("team", "blue")
                .build();
    }

    /** Echoes its input; ends with 3 when that ends, with 130 at an interrupt. */
    @Override
    public StreamObserver<ExecRequest> exec(StreamObserver<ExecResponse> responses) {
        return new StreamObserver<>() {
            @Override
            public void onNext(ExecRequest request) {
                switch (request.getMessageCase()) {
                    case START -> {
                        started.add(request.getStart());
                        output(OutputStream.STDERR, "started\n");
                    }
                    case STDIN -> output(OutputStream.STDOUT, request.getStdin().toStringUtf8());
                    case CLOSE_STDIN -> {
                        if (!request.toString().isEmpty()
                                && !started.getLast().getArgumentsList().contains("sleep")) {
                            exit(3);
                        }
                    }
                    case SIGNAL -> {
                        signals.add(request.getSignal());
                        exit(128 + request.getSignal());
                    }
                    case RESIZE, MESSAGE_NOT_SET -> {}
                }
            }

            private void output(OutputStream stream, String text) {
                responses.onNext(ExecResponse.newBuilder()
                        .setOutput(ExecOutput.newBuilder().setStream(stream).setData(ByteString.copyFromUtf8(text)))
                        .build());
            }

            private void exit(int code) {
                responses.onNext(ExecResponse.newBuilder()
                        .setExited(ExecExited.newBuilder()
                                .setOutcome(CallResult.Outcome.ERROR)
                                .setExitCode(code))
                        .build());
                responses.onCompleted();
            }

            @Override
            public void onError(Throwable cancelled) {}

            @Override
            public void onCompleted() {}
        };
    }

    /** Prints its code; ends with what {@link #evaluation} says, with an interrupt if it was told to wait. */
    @Override
    public StreamObserver<EvaluateRequest> evaluate(StreamObserver<EvaluateResponse> responses) {
        return new StreamObserver<>() {
            @Override
            public void onNext(EvaluateRequest request) {
                if (request.hasInterrupt()) {
                    end(EvaluateEnded.newBuilder().setOutcome(CallResult.Outcome.CALL_INTERRUPTED));
                    return;
                }
                evaluated.add(request.getStart());
                String code = request.getStart().getPython().getCode()
                        + request.getStart().getNode().getCode();
                responses.onNext(EvaluateResponse.newBuilder()
                        .setOutput(ExecOutput.newBuilder()
                                .setStream(OutputStream.STDOUT)
                                .setData(ByteString.copyFromUtf8("[" + code + "]\n")))
                        .build());
                if (!code.equals("wait")) {
                    end(evaluation);
                }
            }

            private void end(EvaluateEnded.Builder ended) {
                responses.onNext(EvaluateResponse.newBuilder().setEnded(ended).build());
                responses.onCompleted();
            }

            @Override
            public void onError(Throwable cancelled) {}

            @Override
            public void onCompleted() {}
        };
    }

    @Override
    public void statFile(StatFileRequest request, StreamObserver<StatFileResponse> responses) {
        String path = request.getPath();
        boolean directory = archives.containsKey(path);
        if (!directory && !files.containsKey(path)) {
            responses.onError(missing(path));
            return;
        }
        responses.onNext(StatFileResponse.newBuilder()
                .setFile(FileInfo.newBuilder()
                        .setPath(path)
                        .setMode(modes.getOrDefault(path, 0100644))
                        .setType(directory ? FileInfo.Type.DIRECTORY : FileInfo.Type.REGULAR))
                .build());
        responses.onCompleted();
    }

    @Override
    public void readFile(ReadFileRequest request, StreamObserver<ReadFileResponse> responses) {
        ByteString content = files.get(request.getPath());
        if (content == null) {
            responses.onError(missing(request.getPath()));
            return;
        }
        for (int from = 0; from < content.size(); from += 1000) {
            responses.onNext(ReadFileResponse.newBuilder()
                    .setData(content.substring(from, Math.min(content.size(), from + 1000)))
                    .build());
        }
        responses.onCompleted();
    }

    @Override
    public void download(DownloadRequest request, StreamObserver<DownloadResponse> responses) {
        responses.onNext(DownloadResponse.newBuilder()
                .setData(archives.getOrDefault(request.getPath(), ByteString.EMPTY))
                .build());
        responses.onCompleted();
    }

    @Override
    public StreamObserver<WriteFileRequest> writeFile(StreamObserver<WriteFileResponse> responses) {
        return new StreamObserver<>() {
            private WriteFileRequest.Header header = WriteFileRequest.Header.getDefaultInstance();
            private ByteString content = ByteString.EMPTY;

            @Override
            public void onNext(WriteFileRequest request) {
                if (request.hasHeader()) {
                    header = request.getHeader();
                    if (header.getPath().startsWith("/forbidden")) {
                        responses.onError(FakeHost.error(
                                Status.Code.PERMISSION_DENIED,
                                "FILE_DENIED",
                                "not allowed: " + header.getPath(),
                                "",
                                ""));
                    }
                } else {
                    content = content.concat(request.getData());
                }
            }

            @Override
            public void onError(Throwable cancelled) {}

            @Override
            public void onCompleted() {
                files.put(header.getPath(), content);
                modes.put(header.getPath(), header.getMode());
                responses.onNext(WriteFileResponse.getDefaultInstance());
                responses.onCompleted();
            }
        };
    }

    @Override
    public StreamObserver<UploadRequest> upload(StreamObserver<UploadResponse> responses) {
        return new StreamObserver<>() {
            private String path = "";
            private ByteString content = ByteString.EMPTY;

            @Override
            public void onNext(UploadRequest request) {
                if (request.hasHeader()) {
                    path = request.getHeader().getPath();
                } else {
                    content = content.concat(request.getData());
                }
            }

            @Override
            public void onError(Throwable cancelled) {}

            @Override
            public void onCompleted() {
                archives.put(path, content);
                responses.onNext(UploadResponse.getDefaultInstance());
                responses.onCompleted();
            }
        };
    }

    private static RuntimeException missing(String path) {
        return FakeHost.error(Status.Code.NOT_FOUND, "NO_SUCH_FILE", "no such file: " + path, path, "");
    }
}
