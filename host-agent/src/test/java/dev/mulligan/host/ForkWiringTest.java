package dev.mulligan.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.proto.host.v1.CreateSandboxRequest;
import dev.mulligan.proto.host.v1.CreateSandboxResponse;
import dev.mulligan.proto.host.v1.DeleteImageRequest;
import dev.mulligan.proto.host.v1.DeleteSandboxRequest;
import dev.mulligan.proto.host.v1.ForkSandboxRequest;
import dev.mulligan.proto.host.v1.ForkSandboxResponse;
import dev.mulligan.proto.host.v1.GetStatusRequest;
import dev.mulligan.proto.host.v1.HostServiceGrpc;
import dev.mulligan.proto.host.v1.ImageServiceGrpc;
import dev.mulligan.proto.host.v1.KeepReadyRequest;
import dev.mulligan.proto.host.v1.ListSandboxesRequest;
import dev.mulligan.proto.host.v1.ListTemplatesRequest;
import dev.mulligan.proto.host.v1.PickSandboxRequest;
import dev.mulligan.proto.host.v1.Sandbox;
import dev.mulligan.proto.host.v1.SandboxServiceGrpc;
import dev.mulligan.proto.host.v1.SandboxServiceGrpc.SandboxServiceBlockingStub;
import dev.mulligan.proto.host.v1.TemplateServiceGrpc;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Forks and templates of a whole host agent, over its socket and over its restart. */
@Timeout(60)
final class ForkWiringTest {
    private HostFixture host;

    @BeforeEach
    void start() throws IOException {
        host = new HostFixture();
    }

    @AfterEach
    void stop() throws IOException {
        host.close();
    }

    private SandboxServiceBlockingStub sandboxes() {
        return SandboxServiceGrpc.newBlockingStub(host.channel());
    }

    private void create(String name) {
        Iterator<CreateSandboxResponse> events = sandboxes()
                .create(CreateSandboxRequest.newBuilder().setName(name).build());
        while (!events.next().hasSandbox()) {
            // Told what is being done.
        }
    }

    private List<Sandbox> fork(String parent, int count) {
        Iterator<ForkSandboxResponse> events = sandboxes()
                .fork(ForkSandboxRequest.newBuilder()
                        .setSandbox(parent)
                        .setCount(count)
                        .putLabels("mulligan.try", "try-1")
                        .build());
        while (true) {
            ForkSandboxResponse event = events.next();
            if (event.hasResult()) {
                return event.getResult().getSandboxesList();
            }
        }
    }

    private List<Sandbox> list() {
        return sandboxes().list(ListSandboxesRequest.getDefaultInstance()).getSandboxesList();
    }

    @Test
    void forksAreThereAfterARestartAndCanThenBePickedFrom() throws Exception {
        create("parent");
        List<Sandbox> forks = fork("parent", 3);
        host.restart();
        assertThat(list())
                .extracting(Sandbox::getId)
                .hasSize(4)
                .containsAll(forks.stream().map(Sandbox::getId).toList());
        String best = forks.getLast().getId();
        var picked = sandboxes()
                .pick(PickSandboxRequest.newBuilder()
                        .setTryId("try-1")
                        .setSandbox(best)
                        .build());
        assertThat(picked.getDeletedList())
                .extracting(Sandbox::getId)
                .hasSize(2)
                .doesNotContain(best);
        assertThat(list()).extracting(Sandbox::getId).hasSize(2).contains(best);
    }

    @Test
    void anImageIsDeletedWithItsTemplatesAndWhatStandsReady() throws Exception {
        var templates = TemplateServiceGrpc.newBlockingStub(host.channel());
        create("parent");
        templates
                .keepReady(KeepReadyRequest.newBuilder().setMachines(2).build())
                .forEachRemaining(event -> {});
        var status = HostServiceGrpc.newBlockingStub(host.channel()).getStatus(GetStatusRequest.getDefaultInstance());
        assertThat(status.getTemplates()).isEqualTo(1);
        assertThat(status.getPoolReady()).isEqualTo(2);
        sandboxes()
                .delete(DeleteSandboxRequest.newBuilder().setSandbox("parent").build());
        ImageServiceGrpc.newBlockingStub(host.channel())
                .delete(DeleteImageRequest.newBuilder().setImage("base").build());
        assertThat(templates.list(ListTemplatesRequest.getDefaultInstance()).getTemplatesList())
                .isEmpty();
    }
}
