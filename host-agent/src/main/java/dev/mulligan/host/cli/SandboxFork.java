package dev.mulligan.host.cli;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.host.cli.terminal.Progress;
import dev.mulligan.proto.host.v1.ForkSandboxRequest;
import dev.mulligan.proto.host.v1.ForkSandboxResponse;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;

/** Forks a sandbox and shows what is being waited for. An interrupted one is undone by the host agent. */
record SandboxFork(Invocation invocation) {
    ForkSandboxResponse.Result run(HostClient client, ForkSandboxRequest request)
            throws StatusException, InterruptedException {
        BlockingClientCall<?, ForkSandboxResponse> events =
                client.sandboxes(Patience.MACHINE).fork(request);
        try (Progress progress = invocation.progress()) {
            progress.step("forking " + request.getSandbox());
            ForkSandboxResponse event = events.read();
            while (event != null) {
                if (event.hasResult()) {
                    return event.getResult();
                }
                progress.step(event.getProgress());
                event = events.read();
            }
        } catch (InterruptedException interrupted) {
            events.cancel("interrupted", interrupted);
            throw interrupted;
        }
        throw HostException.of(HostErrorCode.INTERNAL, "a fork that ended without sandboxes")
                .build();
    }
}
