package dev.mulligan.host.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.google.protobuf.ByteString;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.guest.MimeBundle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** What calls returned: kept within bounds, the oldest go first. */
final class ResultRows {
    /** About what a row takes whatever is in it. */
    private static final int LEAST_COST = 256;

    private ResultRows() {}

    /**
     * Keeps what a call returned, if it returned something.
     *
     * @param mostOfTask bytes that are kept of one task
     */
    static void insert(Handle handle, TaskId task, int call, List<MimeBundle> results, long mostOfTask) {
        if (results.isEmpty()) {
            return;
        }
        byte[] body = json(results);
        handle.execute(
                "INSERT OR REPLACE INTO result (task, call, size, body) VALUES (?, ?, ?, ?)",
                task.value(),
                call,
                Math.max(body.length, LEAST_COST),
                body);
        handle.execute(
                "DELETE FROM result WHERE task = ? AND ordinal IN (SELECT ordinal FROM (SELECT ordinal, sum(size) OVER"
                        + " (ORDER BY ordinal DESC) AS newer FROM result WHERE task = ?) WHERE newer > ?)",
                task.value(),
                task.value(),
                mostOfTask);
    }

    /** Drops the oldest of all tasks' results until the rest fits. */
    static void keep(Handle handle, long mostInAll) {
        handle.execute(
                "DELETE FROM result WHERE ordinal IN (SELECT ordinal FROM (SELECT ordinal, sum(size) OVER"
                        + " (ORDER BY ordinal DESC) AS newer FROM result) WHERE newer > ?)",
                mostInAll);
    }

    /** What a call returned; empty if that was nothing, or is kept no more. */
    static List<MimeBundle> find(Handle handle, TaskId task, int call) {
        return handle.createQuery("SELECT body FROM result WHERE task = ? AND call = ?")
                .bind(0, task.value())
                .bind(1, call)
                .mapTo(byte[].class)
                .findOne()
                .map(ResultRows::bundles)
                .orElse(List.of());
    }

    private static byte[] json(List<MimeBundle> results) {
        ArrayNode list = Json.object().withArray("results");
        for (MimeBundle result : results) {
            var object = list.addObject();
            result.data()
                    .forEach(
                            (type, data) -> object.put(type, Base64.getEncoder().encodeToString(data.toByteArray())));
        }
        return list.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static List<MimeBundle> bundles(byte[] body) {
        List<MimeBundle> bundles = new ArrayList<>();
        for (JsonNode object : Json.parse(new String(body, StandardCharsets.UTF_8))) {
            Map<String, ByteString> data = new TreeMap<>();
            object.properties()
                    .forEach(part -> data.put(
                            part.getKey(),
                            ByteString.copyFrom(
                                    Base64.getDecoder().decode(part.getValue().asText()))));
            bundles.add(new MimeBundle(data));
        }
        return bundles;
    }
}
