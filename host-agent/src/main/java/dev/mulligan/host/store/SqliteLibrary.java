package dev.mulligan.host.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The native part of SQLite, a file that each process unpacks for itself and removes at its end. Where it is killed
 * the file stays, and its driver takes it for that of a process that lives.
 */
public final class SqliteLibrary {
    /** Read by the driver when this process opens its first database, and never again. */
    private static final String PLACE = "org.sqlite.tmpdir";

    private SqliteLibrary() {}

    /**
     * Lets this process unpack it there, and removes those of processes that were killed; {@code STORE_UNAVAILABLE}.
     *
     * @param directory there, and of no other living process; better not one that others may write to, as /tmp is
     */
    public static void unpackIn(Path directory) {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(directory, "sqlite-*libsqlitejdbc*")) {
            for (Path file : left) {
                Files.deleteIfExists(file);
            }
        } catch (IOException failed) {
            throw SqliteStore.unavailable(directory, failed);
        }
        System.setProperty(PLACE, directory.toString());
    }
}
