package dev.mulligan.host.service;

import static dev.mulligan.host.service.ServiceFixture.failure;
import static dev.mulligan.host.service.ServiceFixture.info;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.approval.Answer;
import dev.mulligan.host.approval.Approval;
import dev.mulligan.host.approval.ApprovalId;
import dev.mulligan.host.approval.CallQuestion;
import dev.mulligan.host.scope.Tool;
import dev.mulligan.host.tool.ToolCall;
import dev.mulligan.proto.host.v1.ApprovalServiceGrpc;
import dev.mulligan.proto.host.v1.ApprovalServiceGrpc.ApprovalServiceBlockingV2Stub;
import dev.mulligan.proto.host.v1.DecideApprovalRequest;
import dev.mulligan.proto.host.v1.GetApprovalRequest;
import dev.mulligan.proto.host.v1.ListApprovalsRequest;
import dev.mulligan.proto.host.v1.ShellCall;
import dev.mulligan.proto.host.v1.WatchApprovalsRequest;
import dev.mulligan.proto.host.v1.WatchApprovalsResponse;
import io.grpc.stub.BlockingClientCall;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ApprovalServiceTest {
    private static final String ID = "ap-0000000001";

    private final ServiceFixture fixture;
    private final ApprovalServiceBlockingV2Stub client;

    ApprovalServiceTest(@TempDir Path directory) throws Exception {
        fixture = new ServiceFixture(directory);
        client = ApprovalServiceGrpc.newBlockingV2Stub(fixture.connect());
        fixture.approvals.approvals.put(
                ID,
                new Approval(
                        new ApprovalId(ID),
                        new CallQuestion(
                                new TaskId("nightly"),
                                new SandboxId("sb-0000000001"),
                                2,
                                Tool.SHELL,
                                true,
                                "{}",
                                "scope.rules[0]",
                                "why",
                                Optional.empty()),
                        "shown",
                        "digest",
                        Instant.EPOCH,
                        Optional.of(Instant.EPOCH.plusSeconds(60)),
                        Optional.empty()));
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    @Test
    void showsAllOfIt() throws Exception {
        var approval = client.get(
                        GetApprovalRequest.newBuilder().setApprovalId(ID).build())
                .getApproval();
        assertThat(approval.getTaskId()).isEqualTo("nightly");
        assertThat(approval.getCall()).isEqualTo(2);
        assertThat(approval.getTool()).isEqualTo(dev.mulligan.proto.host.v1.Tool.SHELL);
        assertThat(approval.getRoot()).isTrue();
        assertThat(approval.getShown()).isEqualTo("shown");
        assertThat(approval.getExpires().getSeconds()).isEqualTo(60);
        assertThat(approval.hasDecided()).isFalse();
        assertThat(client.list(ListApprovalsRequest.newBuilder()
                                .setTaskId("other")
                                .build())
                        .getApprovalsList())
                .isEmpty();
        BlockingClientCall<?, WatchApprovalsResponse> watch = client.watch(WatchApprovalsRequest.getDefaultInstance());
        assertThat(Objects.requireNonNull(watch.read()).getApproval()).isEqualTo(approval);
        watch.cancel("seen", null);
    }

    @Test
    void answersAreMappedAndBadOnesRefusedBeforeAnythingIsDecided() throws Exception {
        assertThat(info(failure(() -> client.decide(request().build()))).getReason())
                .isEqualTo("INVALID_ARGUMENT");
        assertThat(info(failure(() -> client.decide(request()
                                .setDeny(DecideApprovalRequest.Deny.newBuilder().setReason("x".repeat(1001)))
                                .build())))
                        .getReason())
                .isEqualTo("INVALID_ARGUMENT");
        assertThat(info(failure(() -> client.decide(request()
                                .setEdited(dev.mulligan.proto.host.v1.ToolCall.getDefaultInstance())
                                .build())))
                        .getReason())
                .isEqualTo("BAD_TASK");
        assertThat(fixture.approvals.get(new ApprovalId(ID)).isOpen()).isTrue();
        var decided = client.decide(request()
                        .setEdited(dev.mulligan.proto.host.v1.ToolCall.newBuilder()
                                .setShell(ShellCall.newBuilder().setCommand("ls")))
                        .build())
                .getApproval();
        assertThat(decided.getDecided().getAnswer()).isEqualTo("edit and allow");
        assertThat(decided.getDecided().getActor()).startsWith("local:");
        assertThat(fixture.approvals
                        .get(new ApprovalId(ID))
                        .decided()
                        .orElseThrow()
                        .answer())
                .isInstanceOfSatisfying(
                        Answer.Edit.class, edit -> assertThat(edit.call()).isInstanceOf(ToolCall.Shell.class));
    }

    private static DecideApprovalRequest.Builder request() {
        return DecideApprovalRequest.newBuilder().setApprovalId(ID).setDigest("digest");
    }
}
