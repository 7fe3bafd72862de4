package dev.mulligan.host.cli;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.cli.archive.Bounds;
import dev.mulligan.host.cli.archive.Permissions;
import dev.mulligan.host.cli.archive.TarUnpacker;
import dev.mulligan.proto.host.v1.FileInfo;
import io.grpc.StatusException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Consumer;

/** Copies out of a sandbox. What comes from there is not trusted. */
record CopyOut(GuestFiles files, CopyPlace.Guest source, Consumer<String> skipped) {
    void toStream(OutputStream output) throws StatusException, InterruptedException, IOException {
        if (info().getType() == FileInfo.Type.DIRECTORY) {
            try (InputStream archive = files.download(source.path())) {
                archive.transferTo(output);
            }
        } else {
            files.read(source.path(), output);
        }
        output.flush();
    }

    void toPath(Path target) throws StatusException, InterruptedException, IOException {
        FileInfo info = info();
        Path place = Files.isDirectory(target) ? target.resolve(name()) : target;
        if (info.getType() != FileInfo.Type.DIRECTORY) {
            file(info, place);
            return;
        }
        try (InputStream archive = files.download(source.path())) {
            new TarUnpacker(place, Bounds.USUAL, skipped).unpack(archive);
        }
    }

    /** Beside its place first: what was there stays until the new one is whole. */
    private void file(FileInfo info, Path place) throws StatusException, InterruptedException, IOException {
        Path directory = place.toAbsolutePath().getParent();
        if (directory == null || Files.isDirectory(place)) {
            throw HostException.of(HostErrorCode.FILE_EXISTS, "directory in the place of a file")
                    .value(place)
                    .remedy("choose another target")
                    .build();
        }
        LocalFile.requireDirectoryOf(place);
        Path partial = Files.createTempFile(directory, ".mulligan-", ".part");
        try {
            try (OutputStream output = Files.newOutputStream(partial)) {
                files.read(source.path(), output);
            }
            Files.setPosixFilePermissions(partial, Permissions.of(info.getMode() & 0777));
            Files.move(partial, place, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    private FileInfo info() throws StatusException {
        return files.stat(source.path())
                .orElseThrow(() -> HostException.of(HostErrorCode.NO_SUCH_FILE, "no such file in the sandbox")
                        .value(source.path())
                        .expected("a file or a directory of sandbox " + source.sandbox())
                        .remedy("see what is there: mulligan sandbox exec " + source.sandbox() + " ls")
                        .build());
    }

    private String name() {
        Path name = Path.of(source.path()).normalize().getFileName();
        if (name == null) {
            throw HostException.of(HostErrorCode.BAD_PATH, "source without a name")
                    .value(source.path())
                    .remedy("name a target that does not exist yet")
                    .build();
        }
        return name.toString();
    }
}
