package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.host.cli.taskfile.TaskFile;
import dev.mulligan.host.cli.terminal.Progress;
import dev.mulligan.proto.host.v1.AuditEntry;
import dev.mulligan.proto.host.v1.CreateSandboxRequest;
import dev.mulligan.proto.host.v1.DispatchRequest;
import dev.mulligan.proto.host.v1.ExecRequest;
import dev.mulligan.proto.host.v1.ExecResponse;
import dev.mulligan.proto.host.v1.ExecStart;
import dev.mulligan.proto.host.v1.QueryAuditRequest;
import dev.mulligan.proto.host.v1.QueryAuditResponse;
import dev.mulligan.proto.host.v1.RollbackRequest;
import dev.mulligan.proto.host.v1.RollbackResponse;
import dev.mulligan.proto.host.v1.Sandbox;
import dev.mulligan.proto.host.v1.Task;
import dev.mulligan.proto.host.v1.TaskSpec;
import dev.mulligan.proto.host.v1.VerifyAuditRequest;
import dev.mulligan.proto.host.v1.VerifyAuditResponse;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The calls that the demo makes: those that the commands make. */
record DemoCalls(DemoStage stage) {
    Sandbox create(String name) throws StatusException, InterruptedException {
        return new SandboxCreation(stage.invocation())
                .run(
                        stage.client(),
                        CreateSandboxRequest.newBuilder().setName(name).build());
    }

    /** Runs a task file in the sandbox, shows what it prints, and waits for its end. */
    Task run(String sandbox, String file, DemoStage.Transcript printed)
            throws StatusException, InterruptedException, IOException {
        TaskSpec spec = TaskFile.read("demo", new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8)));
        Task accepted = stage.client()
                .tasks(Patience.ANSWER)
                .dispatch(DispatchRequest.newBuilder()
                        .setTask(spec.toBuilder().setSandbox(sandbox))
                        .build())
                .getTask();
        return new TaskFollower(stage.invocation(), stage.client(), accepted.getId()).watch(0, printed::add);
    }

    String read(String sandbox, String path) throws StatusException, InterruptedException, IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        new GuestFiles(stage.client(), sandbox, false).read(path, content);
        return content.toString(StandardCharsets.UTF_8);
    }

    /** Whether Python starts and prints. A machine without /usr may fail in any way it likes. */
    boolean works(String sandbox) throws StatusException, InterruptedException {
        BlockingClientCall<ExecRequest, ExecResponse> call =
                stage.client().sandboxes(Patience.MACHINE).exec();
        try {
            var _ = call.write(ExecRequest.newBuilder()
                    .setStart(ExecStart.newBuilder()
                            .setSandbox(sandbox)
                            .addAllArguments(List.of("python3", "-c", "print(6 * 7)")))
                    .build());
            call.halfClose();
            StringBuilder printed = new StringBuilder();
            ExecResponse response = call.read();
            while (response != null) {
                printed.append(response.getOutput().getData().toStringUtf8());
                response = call.read();
            }
            return printed.toString().strip().equals("42");
        } catch (StatusException failed) {
            if (Failure.of(failed).exitCode() == ExitCode.INTERRUPTED) {
                throw failed;
            }
            return false;
        }
    }

    RollbackResponse rollback(String sandbox, String checkpoint, List<String> paths) throws StatusException {
        try (Progress progress = stage.invocation().progress()) {
            progress.step("rolling back");
            return stage.client()
                    .checkpoints(Patience.MACHINE)
                    .rollback(RollbackRequest.newBuilder()
                            .setSandbox(sandbox)
                            .setCheckpointId(checkpoint)
                            .addAllPaths(paths)
                            .build());
        }
    }

    List<AuditEntry> audit(String task) throws StatusException, InterruptedException {
        BlockingClientCall<?, QueryAuditResponse> call = stage.client()
                .audit(Patience.ANSWER)
                .query(QueryAuditRequest.newBuilder().setTaskId(task).build());
        List<AuditEntry> entries = new ArrayList<>();
        QueryAuditResponse response = call.read();
        while (response != null) {
            entries.add(response.getEntry());
            response = call.read();
        }
        return entries;
    }

    VerifyAuditResponse verify() throws StatusException {
        return stage.client().audit(Patience.MACHINE).verify(VerifyAuditRequest.getDefaultInstance());
    }
}
