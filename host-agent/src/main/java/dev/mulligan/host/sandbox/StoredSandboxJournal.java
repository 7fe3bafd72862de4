package dev.mulligan.host.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.store.Store;
import dev.mulligan.vm.DataSize;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** The table {@code sandbox} of the journal. Who holds a sandbox is not kept: after a restart nobody does. */
final class StoredSandboxJournal implements SandboxJournal {
    private static final String INSERT = """
            INSERT INTO sandbox (id, name, labels, image, image_digest, memory, processors, disk, environment,
                idle_pause, idle_save, idle_delete, state, created, last_used, since, reason)
            VALUES (:id, :name, :labels, :image, :image_digest, :memory, :processors, :disk, :environment,
                :idle_pause, :idle_save, :idle_delete, :state, :created, :last_used, :since, :reason)""";

    private static final String UPDATE = """
            UPDATE sandbox SET state = :state, last_used = :last_used, since = :since, reason = :reason
            WHERE id = :id""";

    private final Store store;
    private final ObjectMapper json = new ObjectMapper();

    StoredSandboxJournal(Store store) {
        this.store = store;
    }

    @Override
    public void insert(SandboxEntry entry) {
        Sandbox sandbox = entry.sandbox();
        store.write(handle -> changing(handle.createUpdate(INSERT), entry)
                .bind("name", sandbox.name())
                .bind("labels", write(sandbox.labels()))
                .bind("image", sandbox.image())
                .bind("image_digest", sandbox.imageDigest())
                .bind("memory", sandbox.size().memory().bytes())
                .bind("processors", sandbox.size().processors())
                .bind("disk", sandbox.size().disk().bytes())
                .bind("environment", write(sandbox.environment()))
                .bind("idle_pause", millis(sandbox.idle().pause()))
                .bind("idle_save", millis(sandbox.idle().save()))
                .bind("idle_delete", millis(sandbox.idle().delete()))
                .bind("created", sandbox.created().toString())
                .execute());
    }

    @Override
    public void update(List<SandboxEntry> entries) {
        store.write(handle -> {
            entries.forEach(
                    entry -> changing(handle.createUpdate(UPDATE), entry).execute());
            return entries.size();
        });
    }

    private static <S extends SqlStatement<S>> S changing(S statement, SandboxEntry entry) {
        return statement
                .bind("id", entry.sandbox().id().value())
                .bind("state", entry.sandbox().state().name())
                .bind("last_used", entry.sandbox().lastUsed().toString())
                .bind("since", entry.since().toString())
                .bind("reason", entry.sandbox().reason());
    }

    @Override
    public void delete(SandboxId id) {
        store.write(handle -> handle.createUpdate("DELETE FROM sandbox WHERE id = :id")
                .bind("id", id.value())
                .execute());
    }

    @Override
    public List<SandboxEntry> all() {
        return store.read(handle -> handle.createQuery("SELECT * FROM sandbox ORDER BY created, id")
                .map((row, context) -> entry(row))
                .list());
    }

    private SandboxEntry entry(ResultSet row) throws SQLException {
        Sandbox sandbox = new Sandbox(
                new SandboxId(row.getString("id")),
                row.getString("name"),
                read(row.getString("labels")),
                row.getString("image"),
                row.getString("image_digest"),
                new SandboxSize(
                        DataSize.ofBytes(row.getLong("memory")),
                        row.getInt("processors"),
                        DataSize.ofBytes(row.getLong("disk"))),
                read(row.getString("environment")),
                new IdleTimeouts(duration(row, "idle_pause"), duration(row, "idle_save"), duration(row, "idle_delete")),
                SandboxState.valueOf(row.getString("state")),
                Instant.parse(row.getString("created")),
                Instant.parse(row.getString("last_used")),
                Optional.empty(),
                row.getString("reason"));
        return new SandboxEntry(sandbox, Instant.parse(row.getString("since")));
    }

    private static @Nullable Long millis(Optional<Duration> duration) {
        return duration.map(Duration::toMillis).orElse(null);
    }

    private static Optional<Duration> duration(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Duration.ofMillis(millis));
    }

    private String write(Map<String, String> map) {
        try {
            return json.writeValueAsString(new TreeMap<>(map));
        } catch (JsonProcessingException impossible) {
            throw damaged(impossible);
        }
    }

    private Map<String, String> read(String text) {
        try {
            return json.readValue(text, new TypeReference<Map<String, String>>() {});
        } catch (JsonProcessingException damaged) {
            throw damaged(damaged);
        }
    }

    private static HostException damaged(JsonProcessingException cause) {
        return HostException.of(HostErrorCode.STORE_UNAVAILABLE, "a sandbox's entry in the journal is damaged")
                .value(cause.getOriginalMessage())
                .cause(cause)
                .build();
    }
}
