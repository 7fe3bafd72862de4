package dev.mulligan.host.guest;

import dev.mulligan.proto.guest.v1.FileInfo;
import dev.mulligan.proto.guest.v1.ListResponse;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A listing as it arrives: bounded, in order, and of nothing but the directory's own entries. */
final class Listing {
    static final int MAXIMUM_ENTRIES = 100_000;
    private static final int MAXIMUM_AT_A_TIME = 256;

    private final GuestPath directory;
    private final GuestCall call;
    private final Consumer<GuestFile> sink;
    private @Nullable GuestPath last;
    private int count;
    private boolean truncated;

    Listing(GuestPath directory, GuestCall call, Consumer<GuestFile> sink) {
        this.directory = directory;
        this.call = call;
        this.sink = sink;
    }

    void take(ListResponse response) {
        int files = response.getFilesCount();
        GuestValues.require(!truncated, "entries after the last one", call);
        GuestValues.require(files <= MAXIMUM_AT_A_TIME, files + " entries in one message", call);
        count += files;
        GuestValues.require(count <= MAXIMUM_ENTRIES, "more than " + MAXIMUM_ENTRIES + " entries", call);
        for (FileInfo info : response.getFilesList()) {
            GuestFile file = GuestValues.file(info, path -> path.isChildOf(directory), call);
            GuestPath before = last;
            GuestValues.require(
                    before == null || before.compareTo(file.path()) < 0, "entries twice or out of order", call);
            last = file.path();
            sink.accept(file);
        }
        truncated = response.getTruncated();
    }

    boolean truncated() {
        return truncated;
    }
}
