package dev.mulligan.host.workspace.apply;

import dev.mulligan.host.store.Store;
import dev.mulligan.host.workspace.Sha256;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** Who needs which content; what nobody needs is removed. */
public final class ContentUses {
    private ContentUses() {}

    /** Somebody needs these contents. */
    public static void add(Handle handle, Collection<Sha256> digests, String user) {
        PreparedBatch batch = handle.prepareBatch("INSERT OR IGNORE INTO content_use (digest, user) VALUES (?, ?)");
        digests.forEach(digest -> batch.add(digest.hex(), user));
        batch.execute();
    }

    /** Somebody needs nothing any more. */
    public static void drop(Handle handle, String user) {
        handle.execute("DELETE FROM content_use WHERE user = ?", user);
    }

    /** Removes what nobody needs. Nobody may be putting anything in meanwhile. */
    public static void sweep(Store store, ContentStore content) throws IOException {
        Set<String> used =
                store.read(handle -> new HashSet<>(handle.createQuery("SELECT DISTINCT digest FROM content_use")
                        .mapTo(String.class)
                        .list()));
        for (Sha256 digest : content.all()) {
            if (!used.contains(digest.hex())) {
                content.remove(digest);
            }
        }
    }
}
