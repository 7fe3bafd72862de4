package dev.mulligan.host.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.guest.GuestPath;
import dev.mulligan.host.store.Store;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** The table {@code workspace} of the journal. */
final class StoredWorkspaceJournal implements WorkspaceJournal {
    private final Store store;
    private final ObjectMapper json = new ObjectMapper();

    StoredWorkspaceJournal(Store store) {
        this.store = store;
    }

    @Override
    public void insert(Workspace workspace) {
        store.write(
                handle -> handle.createUpdate("INSERT INTO workspace (sandbox, id, folder, excludes, path, writable,"
                                + " image, created, attached) VALUES (:sandbox, :id, :folder, :excludes, :path, :writable, :image,"
                                + " :created, 0)")
                        .bind("sandbox", workspace.sandbox().value())
                        .bind("id", workspace.id())
                        .bind("folder", workspace.folder().toString())
                        .bind("excludes", write(workspace.excludes()))
                        .bind("path", workspace.path().bytes().toByteArray())
                        .bind("writable", workspace.writable())
                        .bind("image", workspace.image())
                        .bind("created", workspace.created().toString())
                        .execute());
    }

    @Override
    public void setAttached(Workspace workspace, boolean attached) {
        store.write(handle -> handle.createUpdate(
                        "UPDATE workspace SET attached = :attached WHERE sandbox = :sandbox AND id = :id")
                .bind("attached", attached)
                .bind("sandbox", workspace.sandbox().value())
                .bind("id", workspace.id())
                .execute());
    }

    @Override
    public List<Entry> all(SandboxId sandbox) {
        return store.read(handle -> handle.createQuery("SELECT * FROM workspace WHERE sandbox = :sandbox ORDER BY id")
                .bind("sandbox", sandbox.value())
                .map((row, context) -> entry(row))
                .list());
    }

    @Override
    public void copy(SandboxId parent, SandboxId child) {
        store.write(handle -> handle.createUpdate(
                        "INSERT INTO workspace SELECT :child, id, folder, excludes, path, writable,"
                                + " image, created, attached FROM workspace WHERE sandbox = :parent AND attached")
                .bind("child", child.value())
                .bind("parent", parent.value())
                .execute());
    }

    @Override
    public void deleteAll(SandboxId sandbox) {
        store.write(handle -> handle.createUpdate("DELETE FROM workspace WHERE sandbox = :sandbox")
                .bind("sandbox", sandbox.value())
                .execute());
    }

    private Entry entry(ResultSet row) throws SQLException {
        Workspace workspace = new Workspace(
                new SandboxId(row.getString("sandbox")),
                row.getString("id"),
                Path.of(row.getString("folder")),
                read(row.getString("excludes")),
                GuestPath.ofBytes(ByteString.copyFrom(row.getBytes("path"))),
                row.getBoolean("writable"),
                row.getString("image"),
                Instant.parse(row.getString("created")));
        return new Entry(workspace, row.getBoolean("attached"));
    }

    private String write(List<String> texts) {
        try {
            return json.writeValueAsString(texts);
        } catch (JsonProcessingException impossible) {
            throw damaged(impossible);
        }
    }

    private List<String> read(String text) {
        try {
            return json.readValue(text, new TypeReference<List<String>>() {});
        } catch (JsonProcessingException damaged) {
            throw damaged(damaged);
        }
    }

    private static HostException damaged(JsonProcessingException cause) {
        return HostException.of(HostErrorCode.STORE_UNAVAILABLE, "a workspace's entry in the journal is damaged")
                .value(cause.getOriginalMessage())
                .cause(cause)
                .build();
    }
}
