package dev.mulligan.host.service;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.proto.host.v1.FindLeftoversRequest;
import dev.mulligan.proto.host.v1.FindLeftoversResponse;
import dev.mulligan.proto.host.v1.GetStatusRequest;
import dev.mulligan.proto.host.v1.GetStatusResponse;
import dev.mulligan.proto.host.v1.HostServiceGrpc;
import dev.mulligan.proto.host.v1.ShutdownRequest;
import dev.mulligan.proto.host.v1.ShutdownResponse;
import io.grpc.stub.StreamObserver;
import java.util.Locale;

/** {@code HostService}. */
final class GrpcHost extends HostServiceGrpc.HostServiceImplBase {
    private final HostControl host;
    private final Calls calls;

    GrpcHost(HostControl host, Calls calls) {
        this.host = host;
        this.calls = calls;
    }

    @Override
    public void getStatus(GetStatusRequest request, StreamObserver<GetStatusResponse> observer) {
        calls.answer(observer, () -> {
            HostControl.Status status = host.status();
            return GetStatusResponse.newBuilder()
                    .setVersion(status.version())
                    .setPid((int) status.pid())
                    .setStarted(Times.timestamp(status.started()))
                    .setAcceleration(status.acceleration())
                    .setAccelerationReason(status.accelerationReason())
                    .setHypervisor(status.hypervisor())
                    .setStateDirectory(status.stateDirectory().toString())
                    .setSandboxes(status.sandboxes())
                    .setTasksQueued(status.tasksQueued())
                    .setTasksRunning(status.tasksRunning())
                    .setAuditEntries(status.auditEntries())
                    .addAllEndpoints(status.endpoints())
                    .setTemplates(status.pool().templates())
                    .setPoolReady(status.pool().ready())
                    .setPoolWanted(status.pool().wanted())
                    .build();
        });
    }

    @Override
    public void findLeftovers(FindLeftoversRequest request, StreamObserver<FindLeftoversResponse> observer) {
        calls.answer(observer, () -> {
            FindLeftoversResponse.Builder response = FindLeftoversResponse.newBuilder();
            host.leftovers()
                    .forEach(leftover -> response.addLeftovers(FindLeftoversResponse.Leftover.newBuilder()
                            .setKind(leftover.kind().name().toLowerCase(Locale.ROOT))
                            .setName(leftover.name())
                            .setRemedy(leftover.reason() + "; " + leftover.remedy())));
            return response.build();
        });
    }

    @Override
    public void shutdown(ShutdownRequest request, StreamObserver<ShutdownResponse> observer) {
        Caller caller = Caller.current();
        calls.answer(observer, () -> {
            if (!caller.local()) {
                throw HostException.of(HostErrorCode.SCOPE_DENIED, "shutdown over the network")
                        .value(caller.actor())
                        .expected("a call over the unix socket")
                        .remedy("run 'mulligan down' on the host")
                        .build();
            }
            host.shutdown(request.getStopSandboxes(), caller.actor());
            return ShutdownResponse.getDefaultInstance();
        });
    }
}
