package dev.mulligan.host.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.sandbox.ForkRequest;
import dev.mulligan.proto.host.v1.CreateSandboxRequest;
import dev.mulligan.proto.host.v1.DeleteTemplateRequest;
import dev.mulligan.proto.host.v1.ForkSandboxRequest;
import dev.mulligan.proto.host.v1.ForkSandboxResponse;
import dev.mulligan.proto.host.v1.KeepReadyRequest;
import dev.mulligan.proto.host.v1.KeepReadyResponse;
import dev.mulligan.proto.host.v1.ListTemplatesRequest;
import dev.mulligan.proto.host.v1.PickSandboxRequest;
import dev.mulligan.proto.host.v1.PrepareTemplateRequest;
import dev.mulligan.proto.host.v1.PrepareTemplateResponse;
import dev.mulligan.proto.host.v1.SandboxServiceGrpc;
import dev.mulligan.proto.host.v1.SandboxServiceGrpc.SandboxServiceBlockingV2Stub;
import dev.mulligan.proto.host.v1.SandboxSize;
import dev.mulligan.proto.host.v1.Template;
import dev.mulligan.proto.host.v1.TemplateServiceGrpc;
import dev.mulligan.proto.host.v1.TemplateServiceGrpc.TemplateServiceBlockingV2Stub;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Templates, forks and picks over the wire. */
@Timeout(30)
final class TemplateServiceTest {
    private final ServiceFixture host;

    TemplateServiceTest(@TempDir Path directory) throws IOException {
        host = new ServiceFixture(directory);
    }

    @AfterEach
    void close() {
        host.close();
    }

    private TemplateServiceBlockingV2Stub templates() {
        return TemplateServiceGrpc.newBlockingV2Stub(host.connect()).withDeadlineAfter(Duration.ofSeconds(20));
    }

    private SandboxServiceBlockingV2Stub sandboxes() {
        return SandboxServiceGrpc.newBlockingV2Stub(host.connect()).withDeadlineAfter(Duration.ofSeconds(20));
    }

    @Test
    void preparingTellsItsStepsAndEndsWithTheTemplate() throws Exception {
        BlockingClientCall<?, PrepareTemplateResponse> events = templates()
                .prepare(PrepareTemplateRequest.newBuilder()
                        .setSize(SandboxSize.newBuilder().setProcessors(1))
                        .build());
        assertThat(events.read().getProgress()).isEqualTo("booting");
        Template template = events.read().getTemplate();
        assertThat(template.getId()).isEqualTo(FakeTemplates.ID);
        assertThat(template.getImageDigest()).isEqualTo("sha256:ab");
        assertThat(template.getMaking().getSeconds()).isEqualTo(19);
        assertThat(events.read()).isNull();
        assertThat(host.templates.asked).containsExactly("prepare base Optional[1]");
    }

    @Test
    void noMachinesAndAsUseSuggestsAreTwoThings() throws Exception {
        BlockingClientCall<?, KeepReadyResponse> events = templates()
                .keepReady(KeepReadyRequest.newBuilder()
                        .setImage("data")
                        .setMachines(0)
                        .build());
        assertThat(events.read().getProgress()).isEqualTo("1 of 2 stand ready");
        assertThat(events.read().getTemplate().getReady()).isZero();
        events = templates().keepReady(KeepReadyRequest.getDefaultInstance());
        events.read();
        assertThat(events.read().getTemplate().getReady()).isEqualTo(3);
        assertThat(host.templates.asked).containsExactly("keep data Optional[0]", "keep base Optional.empty");
    }

    @Test
    void listsWithPoolAndDeletesByNameOnly() throws Exception {
        Template template =
                templates().list(ListTemplatesRequest.getDefaultInstance()).getTemplates(0);
        assertThat(template.getReady()).isEqualTo(2);
        assertThat(template.getTaken()).isEqualTo(7);
        assertThat(template.getMissed()).isEqualTo(1);
        assertThat(templates()
                        .delete(DeleteTemplateRequest.newBuilder()
                                .setTemplate(FakeTemplates.ID)
                                .build())
                        .getIdsList())
                .containsExactly(FakeTemplates.ID);
        assertThat(ServiceFixture.info(ServiceFixture.failure(
                                () -> templates().delete(DeleteTemplateRequest.getDefaultInstance())))
                        .getReason())
                .isEqualTo("INVALID_ARGUMENT");
        assertThat(ServiceFixture.info(ServiceFixture.failure(() -> templates()
                                .delete(DeleteTemplateRequest.newBuilder()
                                        .setTemplate("other")
                                        .build())))
                        .getReason())
                .isEqualTo("UNKNOWN_TEMPLATE");
    }

    private void create(String name, Map<String, String> labels) throws Exception {
        var events = sandboxes()
                .create(CreateSandboxRequest.newBuilder()
                        .setName(name)
                        .putAllLabels(labels)
                        .build());
        while (events.read() != null) {
            // To its end.
        }
    }

    @Test
    void forksAndPicksByNameOrId() throws Exception {
        create("web", Map.of("mulligan.try", "try-1"));
        BlockingClientCall<?, ForkSandboxResponse> events = sandboxes()
                .fork(ForkSandboxRequest.newBuilder()
                        .setSandbox("web")
                        .putLabels("a", "b")
                        .build());
        assertThat(events.read().getProgress()).isEqualTo("taking the moment of web");
        assertThat(events.read().getResult().getSandboxesCount()).isEqualTo(1);
        assertThat(host.sandboxes.forks).containsExactly(new ForkRequest(1, List.of(), Map.of("a", "b")));
        assertThat(Optional.ofNullable(events.read())).isEmpty();

        assertThat(sandboxes()
                        .pick(PickSandboxRequest.newBuilder()
                                .setTryId("try-1")
                                .setSandbox("web")
                                .setReason("score 3")
                                .build())
                        .getDeletedCount())
                .isEqualTo(1);
        var _ = sandboxes()
                .pick(PickSandboxRequest.newBuilder().setTryId("try-1").build());
        assertThat(host.sandboxes.picks).containsExactly("try-1: sb-0000000000, score 3", "try-1: none, ");
        assertThat(ServiceFixture.info(
                                ServiceFixture.failure(() -> sandboxes().pick(PickSandboxRequest.getDefaultInstance())))
                        .getReason())
                .isEqualTo("INVALID_ARGUMENT");
    }
}
