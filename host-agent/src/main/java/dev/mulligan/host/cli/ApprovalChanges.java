package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.Approval;
import dev.mulligan.proto.host.v1.DiffChangesRequest;
import dev.mulligan.proto.host.v1.DiffChangesResponse;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.util.List;

/** The changes that an approval is about. */
record ApprovalChanges(Invocation invocation, HostClient client, Approval approval) {
    DiffChangesRequest request() {
        return DiffChangesRequest.newBuilder()
                .setTaskId(approval.getTaskId())
                .setApprovalId(approval.getId())
                .build();
    }

    /** Line by line; after so many it says where the rest is to be seen. Returns whether all of it was shown. */
    boolean print(int lines) throws StatusException, InterruptedException {
        BlockingClientCall<?, DiffChangesResponse> diffs =
                client.changes(Patience.LONG).diff(request());
        long left = lines;
        boolean whole = true;
        for (DiffChangesResponse next = diffs.read(); next != null && !invocation.outputBroken(); next = diffs.read()) {
            List<String> shown =
                    new DiffView(next, invocation.colours()).toString().lines().toList();
            shown.stream().limit(left).forEach(invocation::printLine);
            left -= shown.size();
            whole &= left >= 0 && next.getLeftOut() == 0;
            if (left < 0) {
                invocation.printLine(invocation
                        .colours()
                        .doubtful("… and more, NOT shown here: mulligan approvals show " + approval.getId()));
                break;
            }
        }
        diffs.cancel("seen enough", null);
        return whole;
    }
}
