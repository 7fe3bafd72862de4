package dev.mulligan.host.service;

import static dev.mulligan.host.service.ServiceFixture.failure;
import static dev.mulligan.host.service.ServiceFixture.info;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.mulligan.proto.host.v1.AuditServiceGrpc;
import dev.mulligan.proto.host.v1.CreateSandboxRequest;
import dev.mulligan.proto.host.v1.DispatchRequest;
import dev.mulligan.proto.host.v1.FilesCall;
import dev.mulligan.proto.host.v1.GetSandboxRequest;
import dev.mulligan.proto.host.v1.GetStatusRequest;
import dev.mulligan.proto.host.v1.HostServiceGrpc;
import dev.mulligan.proto.host.v1.PauseSandboxRequest;
import dev.mulligan.proto.host.v1.ResumeSandboxRequest;
import dev.mulligan.proto.host.v1.SandboxServiceGrpc;
import dev.mulligan.proto.host.v1.ShutdownRequest;
import dev.mulligan.proto.host.v1.TaskServiceGrpc;
import dev.mulligan.proto.host.v1.TaskSpec;
import dev.mulligan.proto.host.v1.ToolCall;
import dev.mulligan.proto.host.v1.VerifyAuditRequest;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServiceResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds for every call: who may, what errors look like, health and reflection, the end. */
final class HostServerTest {
    @TempDir
    Path directory;

    private ServiceFixture fixture;

    @BeforeEach
    void start() throws IOException {
        fixture = new ServiceFixture(directory);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void onlyTheOwnerCanOpenTheSocket() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(fixture.socket)))
                .isEqualTo("rw-------");
        assertThat(fixture.server.endpoints()).containsExactly("unix:" + fixture.socket);
    }

    @Test
    void theActorIsTheUserOnTheOtherSideOfTheSocket() throws Exception {
        int uid = (Integer) Files.getAttribute(directory, "unix:uid");
        var create = SandboxServiceGrpc.newBlockingV2Stub(fixture.connect())
                .create(CreateSandboxRequest.getDefaultInstance());
        while (create.read() != null) {
            // To its end.
        }

        assertThat(fixture.sandboxes.actors).extracting("name").containsExactly("local:" + uid);
    }

    @Test
    void saysThatItIsReadyAndThatItIsNotAnyMore() throws Exception {
        HealthGrpc.HealthBlockingV2Stub health = HealthGrpc.newBlockingV2Stub(fixture.connect());
        HealthCheckRequest all = HealthCheckRequest.getDefaultInstance();
        HealthCheckRequest one = HealthCheckRequest.newBuilder()
                .setService(TaskServiceGrpc.SERVICE_NAME)
                .build();

        assertThat(health.check(all).getStatus()).isEqualTo(ServingStatus.SERVING);
        assertThat(health.check(one).getStatus()).isEqualTo(ServingStatus.SERVING);

        fixture.server.drain();

        assertThat(health.check(all).getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
        StatusException refused = failure(() ->
                HostServiceGrpc.newBlockingV2Stub(fixture.connect()).getStatus(GetStatusRequest.getDefaultInstance()));
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(info(refused).getReason()).isEqualTo("SHUTTING_DOWN");
    }

    @Test
    void reflectionListsEveryService() throws Exception {
        var call = ServerReflectionGrpc.newBlockingV2Stub(fixture.connect()).serverReflectionInfo();
        call.write(ServerReflectionRequest.newBuilder().setListServices("").build());
        var response = call.read();
        call.halfClose();

        assertThat(response).isNotNull();
        assertThat(response.getListServicesResponse().getServiceList())
                .extracting(ServiceResponse::getName)
                .containsExactlyInAnyOrder(
                        "mulligan.host.v1.TaskService",
                        "mulligan.host.v1.ApprovalService",
                        "mulligan.host.v1.ChangesService",
                        "mulligan.host.v1.SandboxService",
                        "mulligan.host.v1.CheckpointService",
                        "mulligan.host.v1.ImageService",
                        "mulligan.host.v1.TemplateService",
                        "mulligan.host.v1.AuditService",
                        "mulligan.host.v1.HostService",
                        "grpc.health.v1.Health",
                        "grpc.reflection.v1.ServerReflection");
    }

    @Test
    void anErrorSaysWhatTheValueWasWhatWasExpectedAndWhatToDo() {
        StatusException failed = failure(() -> SandboxServiceGrpc.newBlockingV2Stub(fixture.connect())
                .get(GetSandboxRequest.newBuilder().setSandbox("nö").build()));

        assertThat(failed.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(failed.getStatus().getDescription())
                .isEqualTo("unknown sandbox: nö (expected: an id or name); see 'mulligan sandbox list'");
        assertThat(info(failed).getDomain()).isEqualTo("mulligan.dev");
        assertThat(info(failed).getReason()).isEqualTo("UNKNOWN_SANDBOX");
        assertThat(info(failed).getMetadataMap())
                .containsEntry("value", "nö")
                .containsEntry("expected", "an id or name")
                .containsEntry("remedy", "see 'mulligan sandbox list'");
    }

    @Test
    void failuresOfMachinesAreTranslatedAndUnforeseenOnesKeepTheirSecrets() throws Exception {
        var sandboxes = SandboxServiceGrpc.newBlockingV2Stub(fixture.connect());
        var create = sandboxes.create(
                CreateSandboxRequest.newBuilder().setName("one").build());
        while (create.read() != null) {
            // To its end.
        }

        StatusException machine = failure(() -> sandboxes.pause(
                PauseSandboxRequest.newBuilder().setSandbox("one").build()));
        assertThat(info(machine).getReason()).isEqualTo("NO_HYPERVISOR");

        StatusException unforeseen = failure(() -> sandboxes.resume(
                ResumeSandboxRequest.newBuilder().setSandbox("one").build()));
        assertThat(unforeseen.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
        assertThat(unforeseen.getStatus().getDescription())
                .contains("internal error")
                .doesNotContain("secret");
    }

    @Test
    void aRequestBeyondAllBoundsIsRefusedAndTheNextOneIsServed() throws Exception {
        var channel = fixture.connect();
        FilesCall write = FilesCall.newBuilder()
                .setWrite(FilesCall.Write.newBuilder().setPath("/a").setContent(ByteString.copyFrom(new byte[1 << 20])))
                .build();
        TaskSpec.Builder spec = TaskSpec.newBuilder();
        for (int i = 0; i < 20; i++) {
            spec.addCalls(ToolCall.newBuilder().setFiles(write));
        }

        StatusException refused = failure(() -> TaskServiceGrpc.newBlockingV2Stub(channel)
                .dispatch(DispatchRequest.newBuilder().setTask(spec).build()));

        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(AuditServiceGrpc.newBlockingV2Stub(channel)
                        .verify(VerifyAuditRequest.getDefaultInstance())
                        .getProblem())
                .isEqualTo("changed: it");
    }

    @Test
    void statusAndShutdownOverTheSocket() throws Exception {
        var host = HostServiceGrpc.newBlockingV2Stub(fixture.connect());

        assertThat(host.getStatus(GetStatusRequest.getDefaultInstance()).getEndpointsList())
                .isEqualTo(List.of("unix:" + fixture.socket));
        assertThat(host.shutdown(
                        ShutdownRequest.newBuilder().setStopSandboxes(true).build()))
                .isNotNull();
        assertThat(fixture.shutdowns).containsExactly(true);
    }

    @Test
    void closingRemovesTheSocketAndEndsCalls() throws Exception {
        var follow = AuditServiceGrpc.newBlockingV2Stub(fixture.connect())
                .query(dev.mulligan.proto.host.v1.QueryAuditRequest.newBuilder()
                        .setFollow(true)
                        .build());

        fixture.server.close();

        assertThat(fixture.socket).doesNotExist();
        assertThat(failure(follow::read).getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }
}
