package dev.mulligan.host.service;

import static dev.mulligan.host.service.ServiceFixture.failure;
import static dev.mulligan.host.service.ServiceFixture.info;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.approval.Answer;
import dev.mulligan.host.approval.Approval;
import dev.mulligan.host.approval.ApprovalId;
import dev.mulligan.host.approval.CallQuestion;
import dev.mulligan.host.approval.ChangesQuestion;
import dev.mulligan.host.scope.Tool;
import dev.mulligan.host.tool.ToolCall;
import dev.mulligan.host.workspace.Sha256;
import dev.mulligan.host.workspace.change.Selection;
import dev.mulligan.host.workspace.store.ChangeSetId;
import dev.mulligan.proto.host.v1.ApprovalServiceGrpc;
import dev.mulligan.proto.host.v1.ApprovalServiceGrpc.ApprovalServiceBlockingV2Stub;
import dev.mulligan.proto.host.v1.ChangeSelection;
import dev.mulligan.proto.host.v1.DecideApprovalRequest;
import dev.mulligan.proto.host.v1.GetApprovalRequest;
import dev.mulligan.proto.host.v1.ListApprovalsRequest;
import dev.mulligan.proto.host.v1.Resolution;
import dev.mulligan.proto.host.v1.ShellCall;
import dev.mulligan.proto.host.v1.WatchApprovalsRequest;
import dev.mulligan.proto.host.v1.WatchApprovalsResponse;
import io.grpc.stub.BlockingClientCall;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ApprovalServiceTest {
    private static final Sha256 SEEN = Sha256.of(ByteString.EMPTY);
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

    @Test
    void ofChangesThereIsNoCallAndSomeOfThemMayBeChosen() throws Exception {
        String id = "ap-0000000002";
        fixture.approvals.approvals.put(
                id,
                new Approval(
                        new ApprovalId(id),
                        new ChangesQuestion(
                                new TaskId("nightly"),
                                new ChangeSetId("set-1"),
                                Path.of("/home/anna/reports"),
                                "scope.rules[1]",
                                "deletes",
                                0,
                                1,
                                2,
                                0,
                                Sha256.of(ByteString.EMPTY)),
                        "shown",
                        "digest",
                        Instant.EPOCH,
                        Optional.empty(),
                        Optional.empty()));
        var approval = client.get(
                        GetApprovalRequest.newBuilder().setApprovalId(id).build())
                .getApproval();
        assertThat(approval.hasExpires()).isFalse();
        assertThat(approval.getSandboxId()).isEmpty();
        assertThat(approval.getTool()).isEqualTo(dev.mulligan.proto.host.v1.Tool.TOOL_UNSPECIFIED);
        assertThat(approval.getRule()).isEqualTo("scope.rules[1]");
        assertThat(approval.getChanges())
                .isEqualTo(dev.mulligan.proto.host.v1.Approval.Changes.newBuilder()
                        .setChangeSetId("set-1")
                        .setFolder("/home/anna/reports")
                        .setModified(1)
                        .setDeleted(2)
                        .setSha256(Sha256.of(ByteString.EMPTY).hex())
                        .build());
        assertRefused(id, ChangeSelection.newBuilder().addPaths("/etc/passwd"));
        assertRefused(id, ChangeSelection.newBuilder().putResolutions("a", Resolution.RESOLUTION_UNSPECIFIED));
        var decided = client.decide(DecideApprovalRequest.newBuilder()
                        .setApprovalId(id)
                        .setDigest("digest")
                        .setNarrowed(ChangeSelection.newBuilder()
                                .addPaths("notes/**")
                                .addPicks(ChangeSelection.Pick.newBuilder()
                                        .setChangeSetId("set-1")
                                        .setPath("a")
                                        .addHunks(2)
                                        .setSeen(SEEN.hex()))
                                .putResolutions("b", Resolution.MERGE))
                        .build())
                .getApproval();
        assertThat(decided.getDecided().getAnswer()).isEqualTo("narrow and allow");
        assertThat(fixture.approvals
                        .get(new ApprovalId(id))
                        .decided()
                        .orElseThrow()
                        .answer())
                .isEqualTo(new Answer.Narrow(
                        List.of("notes/**"),
                        List.of("a"),
                        Map.of("a", new Selection.Hunks(Set.of(2), SEEN)),
                        Map.of("b", Selection.Resolution.MERGE)));
    }

    private void assertRefused(String id, ChangeSelection.Builder selection) {
        assertThat(info(failure(() -> client.decide(DecideApprovalRequest.newBuilder()
                                .setApprovalId(id)
                                .setDigest("digest")
                                .setNarrowed(selection)
                                .build())))
                        .getReason())
                .isEqualTo("INVALID_ARGUMENT");
        assertThat(fixture.approvals.get(new ApprovalId(id)).isOpen()).isTrue();
    }
}
