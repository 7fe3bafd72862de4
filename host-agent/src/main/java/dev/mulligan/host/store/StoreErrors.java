package dev.mulligan.host.store;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** From what SQLite says to what a person can act on. */
final class StoreErrors {
    /** The low byte of an extended result code is the primary one (sqlite.org/rescode.html). */
    private static final int PRIMARY = 0xff;

    private StoreErrors() {}

    /** The cause as a {@link HostException} if SQLite, or the operating system below it, gave it; else unchanged. */
    static RuntimeException translate(RuntimeException failure, Path file) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return translate(sql, file);
            }
        }
        return failure;
    }

    static HostException translate(SQLException failure, Path file) {
        SQLiteErrorCode code = failure instanceof SQLiteException sqlite
                ? sqlite.getResultCode()
                : SQLiteErrorCode.getErrorCode(failure.getErrorCode());
        return switch (SQLiteErrorCode.getErrorCode(code.code & PRIMARY)) {
            case SQLITE_FULL ->
                HostException.of(HostErrorCode.HOST_DISK_FULL, "no space to write")
                        .value(file)
                        .expected("free space on its file system")
                        .remedy("free some, then try again")
                        .cause(failure)
                        .build();
            case SQLITE_BUSY, SQLITE_LOCKED ->
                HostException.of(HostErrorCode.STATE_IN_USE, "database is locked by another program")
                        .value(file)
                        .expected("one host agent for each state directory")
                        .remedy("stop the other one")
                        .cause(failure)
                        .build();
            case SQLITE_CORRUPT, SQLITE_NOTADB ->
                HostException.of(HostErrorCode.STORE_UNAVAILABLE, "damaged database")
                        .value(file)
                        .expected("a whole SQLite database")
                        .remedy("put back a copy of it, or move it away to begin anew")
                        .cause(failure)
                        .build();
            default ->
                HostException.of(HostErrorCode.STORE_UNAVAILABLE, "database does not answer")
                        .value(file + ": " + failure.getMessage())
                        .expected("a file that can be read and written")
                        .remedy("look at the file system and its permissions")
                        .cause(failure)
                        .build();
        };
    }
}
