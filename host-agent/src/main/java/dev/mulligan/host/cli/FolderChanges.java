package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.Change;
import dev.mulligan.proto.host.v1.ChangeSet;
import dev.mulligan.proto.host.v1.ListChangesRequest;
import dev.mulligan.proto.host.v1.ListChangesResponse;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a task wrote to one granted folder.
 *
 * @param folder on the host
 */
record FolderChanges(String folder, HomeChanges changes) {
    /** Of each folder that it wrote to. */
    static List<FolderChanges> of(HostClient client, String task) throws StatusException, InterruptedException {
        BlockingClientCall<?, ListChangesResponse> parts = client.changes(Patience.LONG)
                .list(ListChangesRequest.newBuilder().setTaskId(task).build());
        Map<String, List<Change>> folders = new LinkedHashMap<>();
        for (ListChangesResponse part = parts.read(); part != null; part = parts.read()) {
            ChangeSet set = part.getChangeSet();
            folders.computeIfAbsent(set.getFolder(), _ -> new ArrayList<>()).addAll(set.getChangesList());
        }
        return folders.entrySet().stream()
                .map(folder -> new FolderChanges(folder.getKey(), changes(folder.getValue())))
                .toList();
    }

    private static HomeChanges changes(List<Change> changes) {
        return new HomeChanges(
                paths(changes, Change.Kind.CREATE, Change.Kind.RENAME),
                paths(changes, Change.Kind.MODIFY),
                changes.stream().flatMap(change -> gone(change).stream()).toList());
    }

    private static List<String> paths(List<Change> changes, Change.Kind... kinds) {
        return changes.stream()
                .filter(change -> List.of(kinds).contains(change.getKind()))
                .map(Change::getPath)
                .toList();
    }

    private static Optional<String> gone(Change change) {
        return switch (change.getKind()) {
            case DELETE -> Optional.of(change.getPath());
            case RENAME -> Optional.of(change.getFrom());
            case CREATE, MODIFY, KIND_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
        };
    }

    /** For programs. */
    Map<String, Object> fields() {
        return Map.of(
                "folder", folder,
                "created", changes.created(),
                "modified", changes.modified(),
                "deleted", changes.deleted());
    }
}
