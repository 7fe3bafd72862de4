package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.Approval;
import dev.mulligan.proto.host.v1.DecideApprovalRequest;
import dev.mulligan.proto.host.v1.GetApprovalRequest;
import io.grpc.StatusException;

/** Answers approvals, each bound to the digest of what was seen. */
record ApprovalAnswer(HostClient client) {
    /** As it is now. */
    static Approval seen(HostClient client, String id) throws StatusException {
        return client.approvals(Patience.ANSWER)
                .get(GetApprovalRequest.newBuilder().setApprovalId(id).build())
                .getApproval();
    }

    Approval give(Approval seen, DecideApprovalRequest.Builder answer) throws StatusException {
        // Of changes, all are applied before it returns.
        return client.approvals(seen.hasChanges() ? Patience.LONG : Patience.ANSWER)
                .decide(answer.setApprovalId(seen.getId())
                        .setDigest(seen.getDigest())
                        .build())
                .getApproval();
    }
}
