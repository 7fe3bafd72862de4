package dev.mulligan.host.cli.bench.peer;

import dev.mulligan.host.cli.bench.measure.Peer;
import dev.mulligan.host.cli.bench.measure.Timed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The same bytes, as often made durable on the same disk, by less than a record. */
public final class PlainWriters {
    private PlainWriters() {}

    /**
     * SQLite without anything above it, then nothing but the disk.
     *
     * @param directory on that disk
     * @param text of one entry
     * @param times in a run
     */
    public static List<Peer> all(Path directory, String text, int times) throws SQLException, IOException {
        return List.of(
                new Peer("SQLite INSERT", new Rows(directory.resolve("plain.db"), text, times)),
                new Peer("write and fdatasync", new Bytes(directory.resolve("plain"), text, times)));
    }

    /** A row each, committed by itself: write-ahead log, {@code synchronous=FULL}, as the journal is. */
    private static final class Rows implements Timed {
        private final Connection connection;
        private final PreparedStatement insert;
        private final int times;

        Rows(Path file, String text, int times) throws SQLException {
            this.times = times;
            connection = DriverManager.getConnection("jdbc:sqlite:" + file);
            try (Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA journal_mode = WAL");
                statement.execute("PRAGMA synchronous = FULL");
                statement.execute("CREATE TABLE entry (sequence INTEGER PRIMARY KEY, text TEXT NOT NULL)");
            }
            insert = connection.prepareStatement("INSERT INTO entry (text) VALUES (?)");
            insert.setString(1, text);
        }

        @Override
        public void run() throws SQLException {
            for (int i = 0; i < times; i++) {
                insert.executeUpdate();
            }
        }

        @Override
        public void end() throws SQLException {
            insert.close();
            connection.close();
        }
    }

    /** Appended, and fdatasync(2). */
    private static final class Bytes implements Timed {
        private final FileChannel channel;
        private final byte[] bytes;
        private final int times;

        Bytes(Path file, String text, int times) throws IOException {
            this.times = times;
            this.bytes = text.getBytes(StandardCharsets.UTF_8);
            this.channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.APPEND);
        }

        @Override
        public void run() throws IOException {
            for (int i = 0; i < times; i++) {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(false);
            }
        }

        @Override
        public void end() throws IOException {
            channel.close();
        }
    }
}
