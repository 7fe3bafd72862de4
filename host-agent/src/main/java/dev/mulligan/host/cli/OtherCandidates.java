package dev.mulligan.host.cli;

import dev.mulligan.host.TryLabel;
import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.ListTasksRequest;
import dev.mulligan.proto.host.v1.ListTasksResponse;
import dev.mulligan.proto.host.v1.RejectChangesRequest;
import dev.mulligan.proto.host.v1.Task;
import io.grpc.StatusException;

/** The candidates of a try that were not picked: nothing of what they wrote to folders can be applied any more. */
record OtherCandidates(HostClient client, String trial) {
    void reject(String pickedSandbox) throws StatusException {
        ListTasksRequest.Builder request =
                ListTasksRequest.newBuilder().putLabels(TryLabel.KEY, trial).setPageSize(1000);
        ListTasksResponse page;
        do {
            page = client.tasks(Patience.ANSWER).list(request.build());
            for (Task task : page.getTasksList()) {
                if (task.hasEnded() && !task.getSandboxId().equals(pickedSandbox)) {
                    var _ = client.changes(Patience.LONG)
                            .reject(RejectChangesRequest.newBuilder()
                                    .setTaskId(task.getId())
                                    .build());
                }
            }
            request.setPageToken(page.getNextPageToken());
        } while (!page.getNextPageToken().isEmpty());
    }
}
