package dev.mulligan.host.workspace.pack;

import com.google.protobuf.ByteString;
import dev.mulligan.host.workspace.linux.Place;
import dev.mulligan.host.workspace.pack.FolderWalk.Entry;
import dev.mulligan.host.workspace.pack.FolderWalk.Visitor;
import java.util.ArrayList;
import java.util.List;

/** Looks at a folder without opening its files: how much there is, and what would show if any of it had changed. */
final class Survey implements Visitor<Survey.Top> {
    private final Fingerprint fingerprint = new Fingerprint();
    private final List<LeftOut> leftOut = new ArrayList<>();
    private long entries;
    private long bytes;

    /** Nothing is remembered of folders. */
    record Top() {}

    @Override
    public Top folder(Top parent, Entry entry, Status status) {
        see(entry, status);
        return parent;
    }

    @Override
    public void end(Top folder, Status status) {
        // Their times are in the image.
        see(status);
    }

    @Override
    public void file(Top parent, Place place, Entry entry, Status status) {
        see(entry, status);
        bytes += status.size();
    }

    @Override
    public void link(Top parent, Entry entry, Status status, ByteString target) {
        see(entry, status);
    }

    @Override
    public void leftOut(LeftOut what) {
        leftOut.add(what);
    }

    private void see(Entry entry, Status status) {
        entries++;
        fingerprint.add(entry.path());
        see(status);
    }

    private void see(Status status) {
        fingerprint
                .add(status.mode())
                .add(status.size())
                .add(status.inode())
                .add(status.device())
                .add(status.modifiedSeconds())
                .add(status.modifiedNanos())
                .add(status.changed());
    }

    /** What was seen. */
    record Result(String fingerprint, long entries, long bytes, List<LeftOut> leftOut) {}

    Result result() {
        return new Result(fingerprint.end(), entries, bytes, List.copyOf(leftOut));
    }
}
