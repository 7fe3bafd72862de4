package dev.mulligan.host.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Databases that are empty and up to date, made once: a test that needs many does not migrate each. */
public final class MigratedState {
    private static final MigratedState ONCE = new MigratedState();

    private final byte[] journal;
    private final byte[] output;
    private final byte[] changes;

    private MigratedState() {
        try {
            Path directory = Files.createTempDirectory("mulligan-test");
            SqliteStore.openJournal(directory).close();
            SqliteStore.openOutput(directory).close();
            SqliteStore.openChanges(directory).close();
            journal = Files.readAllBytes(directory.resolve("journal.db"));
            output = Files.readAllBytes(directory.resolve("output.db"));
            changes = Files.readAllBytes(directory.resolve("changes.db"));
            for (String file : new String[] {"journal.db", "output.db", "changes.db", "journal.lock"}) {
                Files.delete(directory.resolve(file));
            }
            Files.delete(directory);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Puts them into a state directory that has none yet. */
    public static void into(Path directory) {
        try {
            if (!Files.exists(directory.resolve("journal.db"))) {
                Files.write(directory.resolve("journal.db"), ONCE.journal);
                Files.write(directory.resolve("output.db"), ONCE.output);
                Files.write(directory.resolve("changes.db"), ONCE.changes);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
