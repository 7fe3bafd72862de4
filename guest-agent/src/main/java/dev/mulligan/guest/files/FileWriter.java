package dev.mulligan.guest.files;

import dev.mulligan.guest.failure.ErrorCode;
import dev.mulligan.guest.failure.GuestException;
import dev.mulligan.guest.linux.Directory;
import dev.mulligan.guest.linux.FileStatus;
import dev.mulligan.guest.stream.BlockingReceiver;
import dev.mulligan.proto.guest.v1.WriteHeader;
import dev.mulligan.proto.guest.v1.WriteRequest;
import dev.mulligan.proto.guest.v1.WriteResponse;
import java.io.IOException;
import java.util.Optional;

/** Replaces or creates one file: the call Write. */
final class FileWriter {
    private static final int DEFAULT_MODE = 0644;

    private FileWriter() {}

    /** @param asRoot whether the caller may give files away */
    static WriteResponse write(WriteHeader header, boolean asRoot, BlockingReceiver<WriteRequest> requests)
            throws IOException, InterruptedException {
        BytePath path = BytePath.of(header.getPath());
        if (path.isRoot()) {
            throw GuestException.invalid("path", path, "a file's path");
        }
        if ((header.getMode() & ~0777) != 0) {
            throw GuestException.invalid("mode", "0" + Integer.toOctalString(header.getMode()), "0 to 0777");
        }
        byte[] name = path.name().toByteArray();
        try (Directory root = Directory.root()) {
            if (header.getMakeParents()) {
                Directories.make(root, path.parent());
            }
            try (Directory parent = root.open(path.parent().toBytes(), 0)) {
                Optional<FileStatus> old = parent.find(name);
                if (old.isPresent() && !old.get().isRegular() && !old.get().isSymbolicLink()) {
                    throw new GuestException(
                            ErrorCode.FAILED_PRECONDITION, "file: " + path + " (expected: a regular file, or nothing)");
                }
                try (StagedFile staged = new StagedFile(parent)) {
                    receive(requests, staged);
                    finish(staged, header.getMode(), asRoot, old.filter(FileStatus::isRegular));
                    staged.place(name);
                }
                return WriteResponse.newBuilder()
                        .setFile(FileInfos.read(parent, name, path))
                        .build();
            }
        }
    }

    private static void receive(BlockingReceiver<WriteRequest> requests, StagedFile staged)
            throws IOException, InterruptedException {
        WriteRequest request = requests.take();
        while (request != null) {
            if (request.getMessageCase() != WriteRequest.MessageCase.DATA
                    || request.getData().size() > Pieces.LARGEST) {
                throw GuestException.invalid(
                        "request",
                        request.getMessageCase() + " of " + request.getSerializedSize() + " bytes",
                        "data of at most " + Pieces.LARGEST + " bytes");
            }
            staged.write(request.getData());
            request = requests.take();
        }
    }

    private static void finish(StagedFile staged, int mode, boolean asRoot, Optional<FileStatus> old)
            throws IOException {
        // Only root may give a file away; then it stays its owner's, as if it had been written in place.
        if (old.isPresent() && asRoot) {
            staged.changeOwner(old.get().uid(), old.get().gid());
        }
        staged.changeMode(
                mode != 0 ? mode : old.map(status -> status.mode() & 0777).orElse(DEFAULT_MODE));
    }
}
