package dev.mulligan.host.cli;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.host.cli.terminal.Progress;
import dev.mulligan.proto.host.v1.CreateSandboxRequest;
import dev.mulligan.proto.host.v1.CreateSandboxResponse;
import dev.mulligan.proto.host.v1.Sandbox;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;

/** Creates a sandbox and shows what is being waited for. An interrupted one is undone by the host agent. */
record SandboxCreation(Invocation invocation) {
    Sandbox run(HostClient client, CreateSandboxRequest request) throws StatusException, InterruptedException {
        BlockingClientCall<?, CreateSandboxResponse> events =
                client.sandboxes(Patience.MACHINE).create(request);
        try (Progress progress = invocation.progress()) {
            progress.step("creating a sandbox");
            CreateSandboxResponse event = events.read();
            while (event != null) {
                if (event.hasSandbox()) {
                    return event.getSandbox();
                }
                progress.step(event.getProgress());
                event = events.read();
            }
        } catch (InterruptedException interrupted) {
            events.cancel("interrupted", interrupted);
            throw interrupted;
        }
        throw HostException.of(HostErrorCode.INTERNAL, "a creation that ended without a sandbox")
                .build();
    }
}
