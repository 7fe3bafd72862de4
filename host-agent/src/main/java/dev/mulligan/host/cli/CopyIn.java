package dev.mulligan.host.cli;

import dev.mulligan.host.cli.archive.Permissions;
import dev.mulligan.host.cli.archive.TarPacker;
import dev.mulligan.proto.host.v1.FileInfo;
import io.grpc.StatusException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Copies into a sandbox. */
record CopyIn(GuestFiles files, CopyPlace.Guest target, Consumer<String> skipped) {
    void fromStream(InputStream input) throws StatusException, InterruptedException, IOException {
        files.write(target.path(), 0, input::transferTo);
    }

    void fromPath(Path source) throws StatusException, InterruptedException, IOException {
        if (!Files.exists(source)) {
            throw new NoSuchFileException(source.toString());
        }
        String place = isDirectory() ? target.child(name(source)) : target.path();
        if (Files.isDirectory(source)) {
            TarPacker packer = new TarPacker(source.toRealPath(), skipped);
            var _ = files.upload(place, packer::pack);
        } else {
            files.write(
                    place,
                    Permissions.mode(Files.getPosixFilePermissions(source)),
                    output -> Files.copy(source, output));
        }
    }

    private boolean isDirectory() throws StatusException {
        return target.path().endsWith("/")
                || files.stat(target.path())
                        .filter(info -> info.getType() == FileInfo.Type.DIRECTORY)
                        .isPresent();
    }

    private static String name(Path source) throws IOException {
        Path name = source.toRealPath().getFileName();
        return name == null ? "root" : name.toString();
    }
}
