package dev.mulligan.host.cli.bench;

import com.google.protobuf.ByteString;
import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.CallResult;
import dev.mulligan.proto.host.v1.Checkpoint;
import dev.mulligan.proto.host.v1.CheckpointServiceGrpc.CheckpointServiceBlockingV2Stub;
import dev.mulligan.proto.host.v1.CreateCheckpointRequest;
import dev.mulligan.proto.host.v1.CreateCheckpointResponse;
import dev.mulligan.proto.host.v1.CreateSandboxRequest;
import dev.mulligan.proto.host.v1.CreateSandboxResponse;
import dev.mulligan.proto.host.v1.DeleteCheckpointRequest;
import dev.mulligan.proto.host.v1.DeleteSandboxRequest;
import dev.mulligan.proto.host.v1.EvaluateEnded;
import dev.mulligan.proto.host.v1.EvaluateRequest;
import dev.mulligan.proto.host.v1.EvaluateResponse;
import dev.mulligan.proto.host.v1.EvaluateStart;
import dev.mulligan.proto.host.v1.ExecRequest;
import dev.mulligan.proto.host.v1.ExecResponse;
import dev.mulligan.proto.host.v1.ExecStart;
import dev.mulligan.proto.host.v1.ForkSandboxRequest;
import dev.mulligan.proto.host.v1.ForkSandboxResponse;
import dev.mulligan.proto.host.v1.IdleTimeouts;
import dev.mulligan.proto.host.v1.ListSandboxesRequest;
import dev.mulligan.proto.host.v1.OutputStream;
import dev.mulligan.proto.host.v1.PythonCall;
import dev.mulligan.proto.host.v1.ReadFileRequest;
import dev.mulligan.proto.host.v1.ReadFileResponse;
import dev.mulligan.proto.host.v1.RollbackRequest;
import dev.mulligan.proto.host.v1.Sandbox;
import dev.mulligan.proto.host.v1.SandboxServiceGrpc.SandboxServiceBlockingV2Stub;
import dev.mulligan.proto.host.v1.StatFileRequest;
import dev.mulligan.proto.host.v1.WriteFileRequest;
import dev.mulligan.proto.host.v1.WriteFileResponse;
import io.grpc.stub.BlockingClientCall;
import java.util.List;
import java.util.UUID;

/** The calls that are measured, as any gRPC client would make them. Safe for use by several threads. */
final class BenchClient {
    private static final int CHUNK = 256 << 10;
    private static final String LABEL = "mulligan.dev/bench";

    private final HostClient host;
    private final String run;

    /** @param run that sandboxes made here belong to: a word that no other run has */
    BenchClient(HostClient host, String run) {
        this.host = host;
        this.run = run;
    }

    /**
     * Creates a sandbox of the image that never idles; returns its id. It has a name that none had before: a host agent
     * that chooses one may choose that of a sandbox that is gone.
     */
    String create(String image) throws Exception {
        BlockingClientCall<?, CreateSandboxResponse> call = sandboxes()
                .create(CreateSandboxRequest.newBuilder()
                        .setName("bench-" + UUID.randomUUID())
                        .setImage(image)
                        .setIdle(IdleTimeouts.newBuilder()
                                .setPause(com.google.protobuf.Duration.newBuilder()
                                        .setSeconds(-1)))
                        .putLabels(LABEL, run)
                        .build());
        String id = "";
        for (CreateSandboxResponse response = call.read(); response != null; response = call.read()) {
            if (response.hasSandbox()) {
                id = response.getSandbox().getId();
            }
        }
        return id;
    }

    void delete(String sandbox) throws Exception {
        sandboxes()
                .delete(DeleteSandboxRequest.newBuilder()
                        .setSandbox(sandbox)
                        .setForce(true)
                        .build());
    }

    /** Deletes what this run has made and not deleted yet. */
    void deleteAll() throws Exception {
        for (Sandbox left : sandboxes()
                .list(ListSandboxesRequest.newBuilder().putLabels(LABEL, run).build())
                .getSandboxesList()) {
            delete(left.getId());
        }
    }

    /** Runs a program to its end and returns what it wrote to stdout; fails unless it exits with 0. */
    String exec(String sandbox, boolean root, List<String> arguments) throws Exception {
        BlockingClientCall<ExecRequest, ExecResponse> call = sandboxes().exec();
        call.write(ExecRequest.newBuilder()
                .setStart(
                        ExecStart.newBuilder().setSandbox(sandbox).setRoot(root).addAllArguments(arguments))
                .build());
        int exit = -1;
        ByteString output = ByteString.EMPTY;
        ByteString errors = ByteString.EMPTY;
        for (ExecResponse response = call.read(); response != null; response = call.read()) {
            if (response.hasExited()) {
                exit = response.getExited().getExitCode();
            } else if (response.hasOutput()) {
                ByteString data = response.getOutput().getData();
                if (response.getOutput().getStream() == OutputStream.STDERR) {
                    errors = errors.concat(data);
                } else {
                    output = output.concat(data);
                }
            }
        }
        if (exit != 0) {
            throw new IllegalStateException("exit code of " + arguments + ": " + exit + " (expected: 0): "
                    + errors.toStringUtf8().strip());
        }
        return output.toStringUtf8();
    }

    /** The smallest call that goes to the guest and back. */
    void stat(String sandbox) throws Exception {
        var _ = sandboxes()
                .statFile(StatFileRequest.newBuilder()
                        .setSandbox(sandbox)
                        .setPath("/")
                        .build());
    }

    /** Bytes that nobody can compress. */
    void write(String sandbox, String path, long bytes) throws Exception {
        BlockingClientCall<WriteFileRequest, WriteFileResponse> call =
                sandboxes().writeFile();
        call.write(WriteFileRequest.newBuilder()
                .setHeader(
                        WriteFileRequest.Header.newBuilder().setSandbox(sandbox).setPath(path))
                .build());
        byte[] noise = new byte[CHUNK];
        new java.util.Random(1).nextBytes(noise);
        ByteString chunk = ByteString.copyFrom(noise);
        for (long left = bytes; left > 0; left -= CHUNK) {
            call.write(WriteFileRequest.newBuilder()
                    .setData(left >= CHUNK ? chunk : chunk.substring(0, (int) left))
                    .build());
        }
        call.halfClose();
        if (call.read() == null) {
            throw new IllegalStateException("answer to a write of " + bytes + " bytes: none (expected: one)");
        }
    }

    /** Returns how many bytes came. */
    long read(String sandbox, String path) throws Exception {
        BlockingClientCall<?, ReadFileResponse> call = sandboxes()
                .readFile(ReadFileRequest.newBuilder()
                        .setSandbox(sandbox)
                        .setPath(path)
                        .build());
        long bytes = 0;
        for (ReadFileResponse response = call.read(); response != null; response = call.read()) {
            bytes += response.getData().size();
        }
        return bytes;
    }

    CreateCheckpointResponse checkpoint(String sandbox, Checkpoint.Kind kind) throws Exception {
        return checkpoints()
                .create(CreateCheckpointRequest.newBuilder()
                        .setSandbox(sandbox)
                        .setKind(kind)
                        .setLabel("bench")
                        .build());
    }

    void deleteCheckpoint(String sandbox, String checkpoint) throws Exception {
        checkpoints()
                .delete(DeleteCheckpointRequest.newBuilder()
                        .setSandbox(sandbox)
                        .setCheckpointId(checkpoint)
                        .build());
    }

    /** The machine, or with paths only those. */
    void rollback(String sandbox, String checkpoint, List<String> paths) throws Exception {
        checkpoints()
                .rollback(RollbackRequest.newBuilder()
                        .setSandbox(sandbox)
                        .setCheckpointId(checkpoint)
                        .addAllPaths(paths)
                        .setDiscardCurrent(true)
                        .build());
    }

    /** Evaluates Python in the sandbox's own session; returns the value as text. */
    String evaluate(String sandbox, String code) throws Exception {
        BlockingClientCall<EvaluateRequest, EvaluateResponse> call = sandboxes().evaluate();
        call.write(EvaluateRequest.newBuilder()
                .setStart(EvaluateStart.newBuilder()
                        .setSandbox(sandbox)
                        .setPython(PythonCall.newBuilder().setCode(code)))
                .build());
        call.halfClose();
        String value = "";
        for (EvaluateResponse response = call.read(); response != null; response = call.read()) {
            if (response.hasEnded()) {
                EvaluateEnded ended = response.getEnded();
                if (ended.getOutcome() != CallResult.Outcome.OK) {
                    throw new IllegalStateException(
                            "outcome of " + code + ": " + ended.getOutcome() + " (expected: OK): " + ended.getMessage()
                                    + ended.getError().getTraceback());
                }
                value = ended.getResultsList().stream()
                        .findFirst()
                        .map(bundle -> bundle.getDataOrDefault("text/plain", ByteString.EMPTY)
                                .toStringUtf8())
                        .orElse("");
            }
        }
        return value;
    }

    /** Returns the ids of so many forks. */
    List<String> fork(String sandbox, int count) throws Exception {
        BlockingClientCall<?, ForkSandboxResponse> call = sandboxes()
                .fork(ForkSandboxRequest.newBuilder()
                        .setSandbox(sandbox)
                        .setCount(count)
                        .putLabels(LABEL, run)
                        .build());
        List<String> ids = List.of();
        for (ForkSandboxResponse response = call.read(); response != null; response = call.read()) {
            if (response.hasResult()) {
                ids = response.getResult().getSandboxesList().stream()
                        .map(Sandbox::getId)
                        .toList();
            }
        }
        return ids;
    }

    /** Tasks, over the same connection. */
    BenchTasks tasks() {
        return new BenchTasks(host);
    }

    private SandboxServiceBlockingV2Stub sandboxes() {
        return host.sandboxes(Patience.MACHINE);
    }

    private CheckpointServiceBlockingV2Stub checkpoints() {
        return host.checkpoints(Patience.MACHINE);
    }
}
