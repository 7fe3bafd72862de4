package dev.mulligan.guest.files;

import dev.mulligan.guest.linux.Directory;
import dev.mulligan.guest.linux.Errno;
import dev.mulligan.guest.linux.KernelException;
import dev.mulligan.guest.stream.BlockingSender;
import dev.mulligan.proto.guest.v1.ListRequest;
import dev.mulligan.proto.guest.v1.ListResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** Streams the entries of one directory: the call List. */
final class DirectoryLister {
    private static final int MAXIMUM = 100_000;
    private static final int BATCH = 256;

    private DirectoryLister() {}

    static void list(ListRequest request, BlockingSender<ListResponse> sender)
            throws IOException, InterruptedException {
        BytePath path = BytePath.of(request.getPath());
        try (Directory root = Directory.root();
                Directory directory = root.open(path.toBytes(), 0)) {
            List<byte[]> names = directory.names(MAXIMUM + 1);
            boolean truncated = names.size() > MAXIMUM;
            List<byte[]> sorted = names.subList(0, Math.min(names.size(), MAXIMUM));
            sorted.sort(Arrays::compareUnsigned);
            ListResponse.Builder batch = ListResponse.newBuilder();
            for (byte[] name : sorted) {
                if (batch.getFilesCount() == BATCH) {
                    sender.send(batch.build());
                    batch = ListResponse.newBuilder();
                }
                add(batch, directory, name, path);
            }
            sender.send(batch.setTruncated(truncated).build());
        }
    }

    private static void add(ListResponse.Builder batch, Directory directory, byte[] name, BytePath path)
            throws KernelException {
        try {
            batch.addFiles(FileInfos.read(directory, name, path.child(name)));
        } catch (KernelException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
            // Removed since we read its name.
        }
    }
}
