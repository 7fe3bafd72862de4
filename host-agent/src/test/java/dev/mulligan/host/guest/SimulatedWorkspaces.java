package dev.mulligan.host.guest;

import com.google.protobuf.ByteString;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.Sha256;
import dev.mulligan.proto.guest.v1.Change;
import dev.mulligan.proto.guest.v1.ChangesRequest;
import dev.mulligan.proto.guest.v1.ChangesResponse;
import dev.mulligan.proto.guest.v1.ContentPiece;
import dev.mulligan.proto.guest.v1.MountRequest;
import dev.mulligan.proto.guest.v1.MountResponse;
import dev.mulligan.proto.guest.v1.ReadChangesRequest;
import dev.mulligan.proto.guest.v1.ReadChangesResponse;
import dev.mulligan.proto.guest.v1.UnmountRequest;
import dev.mulligan.proto.guest.v1.UnmountResponse;
import dev.mulligan.proto.guest.v1.WorkspaceServiceGrpc;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Workspaces whose upper layers are maps of texts, or of what is gone, on the simulated disk; mounts are in the simulated
 * memory. The directories that a path is in are told with it.
 */
public final class SimulatedWorkspaces extends WorkspaceServiceGrpc.WorkspaceServiceImplBase {
    private final Map<String, String> mounts = new ConcurrentHashMap<>();
    private final Map<String, Map<String, Optional<String>>> uppers = new ConcurrentHashMap<>();
    private final Set<String> plugged;
    private volatile boolean busy;
    private volatile Contents contents = this::tellContents;

    /** @param plugged the serial numbers of the disks that are there */
    SimulatedWorkspaces(Set<String> plugged) {
        this.plugged = plugged;
    }

    /** Workspace → where it is shown, and {@code ro} or {@code rw}. */
    public Map<String, String> mounts() {
        return new TreeMap<>(mounts);
    }

    /** A program writes to a workspace. */
    public void write(String workspace, String path, String text) {
        uppers.computeIfAbsent(workspace, _ -> new ConcurrentHashMap<>()).put(path, Optional.of(text));
    }

    /**
     * A program writes to a path, or removes what the folder has there; false if no workspace that can be written to is
     * shown there.
     *
     * @param path absolute, in the guest
     */
    public boolean edit(String path, Optional<String> text) {
        for (Map.Entry<String, String> mount : mounts.entrySet()) {
            String place = mount.getValue().replaceFirst(" rw$", "/");
            if (path.startsWith(place)) {
                Objects.requireNonNull(uppers.get(mount.getKey())).put(path.substring(place.length()), text);
                return true;
            }
        }
        return false;
    }

    /** A program uses them all, or not any more. */
    public void setBusy(boolean use) {
        busy = use;
    }

    record Memory(Map<String, String> mounts) {}

    Memory memory() {
        return new Memory(Map.copyOf(mounts));
    }

    void restore(Memory memory) {
        mounts.clear();
        mounts.putAll(memory.mounts());
    }

    Map<String, Map<String, Optional<String>>> disk() {
        Map<String, Map<String, Optional<String>>> copy = new TreeMap<>();
        uppers.forEach((workspace, upper) -> copy.put(workspace, Map.copyOf(upper)));
        return copy;
    }

    void restoreDisk(Map<String, Map<String, Optional<String>>> disk) {
        uppers.clear();
        disk.forEach((workspace, upper) -> uppers.put(workspace, new ConcurrentHashMap<>(upper)));
    }

    @Override
    public void mount(MountRequest request, StreamObserver<MountResponse> responses) {
        if (!plugged.contains(request.getWorkspace())) {
            responses.onError(
                    Status.FAILED_PRECONDITION.withDescription("no such disk").asRuntimeException());
            return;
        }
        mounts.put(request.getWorkspace(), request.getPath().toStringUtf8() + (request.getWritable() ? " rw" : " ro"));
        if (request.getWritable()) {
            uppers.computeIfAbsent(request.getWorkspace(), _ -> new ConcurrentHashMap<>());
        }
        responses.onNext(MountResponse.getDefaultInstance());
        responses.onCompleted();
    }

    @Override
    public void unmount(UnmountRequest request, StreamObserver<UnmountResponse> responses) {
        if (busy) {
            responses.onError(
                    Status.FAILED_PRECONDITION.withDescription("in use").asRuntimeException());
            return;
        }
        mounts.remove(request.getWorkspace());
        uppers.remove(request.getWorkspace());
        responses.onNext(UnmountResponse.getDefaultInstance());
        responses.onCompleted();
    }

    @Override
    public void changes(ChangesRequest request, StreamObserver<ChangesResponse> responses) {
        Map<String, Optional<String>> upper = uppers.get(request.getWorkspace());
        if (upper == null) {
            responses.onError(Status.NOT_FOUND.asRuntimeException());
            return;
        }
        SortedMap<RelativePath, Change> layer = new TreeMap<>();
        upper.forEach((path, text) -> {
            RelativePath relative = RelativePath.of(path);
            relative.ancestors()
                    .forEach(above -> layer.putIfAbsent(
                            above,
                            entry(above, Change.Kind.DIRECTORY).setMode(0755).build()));
            layer.put(
                    relative,
                    text.map(written -> file(relative, written))
                            .orElseGet(
                                    () -> entry(relative, Change.Kind.WHITEOUT).build()));
        });
        ChangesResponse answer =
                ChangesResponse.newBuilder().addAllChanges(layer.values()).build();
        responses.onNext(answer);
        responses.onCompleted();
    }

    private static Change.Builder entry(RelativePath path, Change.Kind kind) {
        return Change.newBuilder().setPath(path.bytes()).setKind(kind);
    }

    private static Change file(RelativePath path, String text) {
        ByteString content = ByteString.copyFromUtf8(text);
        return entry(path, Change.Kind.FILE)
                .setMode(0644)
                .setSize(content.size())
                .setSha256(Sha256.of(content).bytes())
                .build();
    }

    @Override
    public void readChanges(ReadChangesRequest request, StreamObserver<ReadChangesResponse> responses) {
        contents.answer(request, responses);
    }

    /** Contents are told by this from now on. */
    void setContents(Contents answering) {
        contents = answering;
    }

    interface Contents {
        void answer(ReadChangesRequest request, StreamObserver<ReadChangesResponse> responses);
    }

    /** In pieces of at most 1,000 characters, each in a message of its own. */
    private void tellContents(ReadChangesRequest request, StreamObserver<ReadChangesResponse> responses) {
        Map<String, Optional<String>> upper = uppers.getOrDefault(request.getWorkspace(), Map.of());
        for (int file = 0; file < request.getPathsCount(); file++) {
            String text = upper.getOrDefault(request.getPaths(file).toStringUtf8(), Optional.empty())
                    .orElse("");
            int at = 0;
            do {
                int end = Math.min(text.length(), at + 1_000);
                responses.onNext(message(piece(file, text.substring(at, end))));
                at = end;
            } while (at < text.length());
        }
        responses.onCompleted();
    }

    static ReadChangesResponse message(ContentPiece... pieces) {
        return ReadChangesResponse.newBuilder().addAllPieces(List.of(pieces)).build();
    }

    static ContentPiece piece(int file, String text) {
        return ContentPiece.newBuilder()
                .setFile(file)
                .setData(ByteString.copyFromUtf8(text))
                .build();
    }
}
