package dev.mulligan.host.guest;

import com.google.protobuf.ByteString;
import dev.mulligan.host.HostException;
import dev.mulligan.host.workspace.LinkTarget;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.Sha256;
import dev.mulligan.host.workspace.UpperEntry;
import dev.mulligan.proto.guest.v1.Change;
import dev.mulligan.proto.guest.v1.ChangesResponse;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An upper layer as it is told: bounded, in order, each entry in a directory that was told before. */
final class UpperListing {
    private static final int MAXIMUM_AT_A_TIME = 256;
    private static final int DIGEST_BYTES = 32;

    private final GuestCall call;
    private final Consumer<UpperEntry> sink;
    /** The last path; and the directory that the next one may be in, with those above it. */
    private @Nullable RelativePath last;

    private @Nullable RelativePath directory;
    private int count;

    UpperListing(GuestCall call, Consumer<UpperEntry> sink) {
        this.call = call;
        this.sink = sink;
    }

    void take(ChangesResponse response) {
        int changes = response.getChangesCount();
        require(changes <= MAXIMUM_AT_A_TIME, changes + " entries in one message");
        count += changes;
        require(count <= GuestWorkspaces.MAXIMUM_ENTRIES, "more than " + GuestWorkspaces.MAXIMUM_ENTRIES + " entries");
        for (Change change : response.getChangesList()) {
            UpperEntry entry = entry(change);
            requireInOrder(entry.path());
            if (entry instanceof UpperEntry.Directory) {
                directory = entry.path();
            }
            sink.accept(entry);
        }
    }

    private void requireInOrder(RelativePath path) {
        RelativePath before = last;
        require(before == null || before.compareTo(path) < 0, "entries twice or out of order");
        last = path;
        RelativePath parent = path.parent().orElse(null);
        // Back up to where the next one is: what was left does not come again, as paths are in order.
        while (directory != null && !directory.equals(parent)) {
            directory = directory.parent().orElse(null);
        }
        require(directory != null || parent == null, "an entry in a directory that was not told");
    }

    private UpperEntry entry(Change change) {
        RelativePath path = path(change.getPath());
        require((change.getMode() & ~UpperEntry.ALL_BITS) == 0, "mode " + Integer.toOctalString(change.getMode()));
        Instant modified = GuestValues.instant(change.getModified(), call);
        return switch (change.getKind()) {
            case FILE -> {
                require(change.getSize() >= 0, "size " + change.getSize());
                require(change.getSha256().size() == DIGEST_BYTES, "a digest of another length");
                yield new UpperEntry.File(
                        path, change.getMode(), change.getSize(), modified, new Sha256(change.getSha256()));
            }
            case DIRECTORY -> new UpperEntry.Directory(path, change.getMode(), modified, change.getOpaque());
            case SYMBOLIC_LINK -> new UpperEntry.Link(path, target(change.getLinkTarget()));
            case WHITEOUT -> new UpperEntry.Removed(path);
            case OTHER -> new UpperEntry.Other(path, "device, FIFO or socket");
            case KIND_UNSPECIFIED, UNRECOGNIZED -> throw GuestErrors.misbehaved(call, "an entry of no kind");
        };
    }

    private RelativePath path(ByteString raw) {
        try {
            return RelativePath.ofBytes(raw);
        } catch (HostException bad) {
            throw GuestErrors.misbehaved(call, bad.getMessage());
        }
    }

    private LinkTarget target(ByteString raw) {
        try {
            return new LinkTarget(raw);
        } catch (HostException bad) {
            throw GuestErrors.misbehaved(call, bad.getMessage());
        }
    }

    private void require(boolean kept, String broken) {
        GuestValues.require(kept, broken, call);
    }
}
