package dev.mulligan.host.store;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Brings a database to its schema; does nothing, and costs next to nothing, if it is there already. */
final class Migrator {
    private final DataSource source;
    private final Path file;
    private final Schema schema;

    Migrator(DataSource source, Path file, Schema schema) {
        this.source = source;
        this.file = file;
        this.schema = schema;
    }

    void migrate() throws SQLException {
        if (requireKnown(version()) == schema.newest()) {
            return;
        }
        try {
            Flyway.configure()
                    .dataSource(source)
                    .locations("classpath:" + schema.location())
                    .load()
                    .migrate();
        } catch (FlywayException failure) {
            throw StoreErrors.translate(failure, file);
        }
        if (version() != schema.newest()) {
            throw new IllegalStateException("schema " + schema + " ends at version " + version());
        }
    }

    private int version() throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("PRAGMA user_version")) {
            return result.getInt(1);
        }
    }

    private int requireKnown(int version) {
        if (version > schema.newest()) {
            throw HostException.of(HostErrorCode.STORE_UNAVAILABLE, "version of " + file)
                    .value(version)
                    .expected("at most " + schema.newest())
                    .remedy("it was written by a newer Mulligan: use that one, or another state directory")
                    .build();
        }
        return version;
    }
}
