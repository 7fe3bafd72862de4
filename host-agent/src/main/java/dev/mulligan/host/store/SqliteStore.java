package dev.mulligan.host.store;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.TransactionMode;
import org.sqlite.SQLiteDataSource;

/** A {@link Store} in one SQLite file in WAL mode. */
public final class SqliteStore implements Store {
    /** Other programs may look into the file for a moment (a backup, a person): wait so long for them. */
    private static final int BUSY_MILLIS = 5_000;

    private final Path file;
    private final AutoCloseable lock;
    private final Readers readers;
    private final Handle writer;
    private final ReentrantLock writing = new ReentrantLock(true);
    private boolean closed;

    private SqliteStore(Path file, AutoCloseable lock, Readers readers, Handle writer) {
        this.file = file;
        this.lock = lock;
        this.readers = readers;
        this.writer = writer;
    }

    /**
     * Opens {@code journal.db} in a state directory, creating both if need be, and takes the directory for this
     * process: {@code STATE_IN_USE} if another has it.
     */
    public static SqliteStore openJournal(Path directory) {
        createDirectory(directory);
        DirectoryLock lock;
        try {
            lock = DirectoryLock.acquire(directory.resolve("journal.lock"));
        } catch (IOException failure) {
            throw unavailable(directory, failure);
        }
        return open(directory.resolve("journal.db"), Durability.POWER_CUT, Schema.JOURNAL, lock);
    }

    /** Opens {@code output.db} in a state directory that this process has taken with {@link #openJournal}. */
    public static SqliteStore openOutput(Path directory) {
        createDirectory(directory);
        return open(directory.resolve("output.db"), Durability.KILL, Schema.OUTPUT, () -> {});
    }

    /** Opens {@code changes.db} in a state directory that this process has taken with {@link #openJournal}. */
    public static SqliteStore openChanges(Path directory) {
        createDirectory(directory);
        return open(directory.resolve("changes.db"), Durability.POWER_CUT, Schema.CHANGES, () -> {});
    }

    private static SqliteStore open(Path file, Durability durability, Schema schema, AutoCloseable lock) {
        try {
            if (!Files.exists(file)) {
                // Before SQLite does it: its WAL files take the mode of the database.
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            SQLiteDataSource source = source(file, durability, TransactionMode.IMMEDIATE);
            new Migrator(source, file, schema).migrate();
            Readers readers = new Readers(Jdbi.create(source(file, durability, TransactionMode.DEFERRED)));
            return new SqliteStore(file, lock, readers, Jdbi.create(source).open());
        } catch (RuntimeException failure) {
            closeQuietly(lock, failure);
            throw StoreErrors.translate(failure, file);
        } catch (SQLException failure) {
            closeQuietly(lock, failure);
            throw StoreErrors.translate(failure, file);
        } catch (IOException failure) {
            closeQuietly(lock, failure);
            throw unavailable(file, failure);
        }
    }

    private static SQLiteDataSource source(Path file, Durability durability, TransactionMode mode) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(JournalMode.WAL);
        config.setSynchronous(durability.mode());
        config.setTransactionMode(mode);
        config.setBusyTimeout(BUSY_MILLIS);
        config.enforceForeignKeys(true);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        return source;
    }

    @Override
    public <T extends @Nullable Object> T write(Work<T> work) {
        writing.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the store is closed");
            }
            return writer.inTransaction(work::run);
        } catch (RuntimeException failure) {
            throw StoreErrors.translate(failure, file);
        } finally {
            writing.unlock();
        }
    }

    @Override
    public <T extends @Nullable Object> T read(Work<T> work) {
        Handle reader = readers.take();
        boolean healthy = false;
        try {
            T result = reader.inTransaction(work::run);
            healthy = true;
            return result;
        } catch (RuntimeException failure) {
            throw StoreErrors.translate(failure, file);
        } finally {
            readers.giveBack(reader, healthy);
        }
    }

    @Override
    public void close() {
        writing.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            readers.close();
            // Last of all connections, so that SQLite folds the write-ahead log into the file and removes it.
            writer.close();
            lock.close();
        } catch (Exception failure) {
            throw unavailable(file, failure);
        } finally {
            writing.unlock();
        }
    }

    private static void createDirectory(Path directory) {
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException failure) {
            throw unavailable(directory, failure);
        }
    }

    private static void closeQuietly(AutoCloseable resource, Exception failure) {
        try {
            resource.close();
        } catch (Exception second) {
            failure.addSuppressed(second);
        }
    }

    static HostException unavailable(Path path, Exception failure) {
        return HostException.of(HostErrorCode.STORE_UNAVAILABLE, "state can't be kept")
                .value(path + ": " + failure.getMessage())
                .expected("a directory that can be read and written")
                .remedy("look at the file system and its permissions")
                .cause(failure)
                .build();
    }
}
