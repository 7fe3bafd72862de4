package dev.mulligan.host.workspace.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Where content is kept: for nobody else to look into. */
final class ContentDirectory {
    private ContentDirectory() {}

    static void create(Path directory) throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
}
