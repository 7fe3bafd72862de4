package dev.mulligan.host.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mulligan.host.Actor;
import dev.mulligan.host.store.MemoryDirectory;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OcsfTest {
    private static final JsonMapper JSON = new JsonMapper();

    /** "requirement": "required" in github.com/ocsf/ocsf-schema: events/base_event.json, events/application/api_activity.json. */
    private static final List<String> REQUIRED = List.of(
            "activity_id",
            "actor",
            "api",
            "category_uid",
            "class_uid",
            "metadata",
            "severity_id",
            "src_endpoint",
            "time",
            "type_uid");

    /** Likewise in objects/metadata.json, objects/product.json and objects/api.json. */
    private static final List<String> REQUIRED_WITHIN =
            List.of("/metadata/product", "/metadata/version", "/metadata/product/vendor_name", "/api/operation");

    /** "at_least_one" in objects/actor.json, objects/user.json and objects/network_endpoint.json. */
    private static final List<List<String>> AT_LEAST_ONE = List.of(
            List.of("/actor/process", "/actor/user", "/actor/session", "/actor/app_name", "/actor/app_uid"),
            List.of("/actor/user/account", "/actor/user/name", "/actor/user/uid"),
            List.of("/src_endpoint/ip", "/src_endpoint/uid", "/src_endpoint/name", "/src_endpoint/hostname"));

    @TempDir(factory = MemoryDirectory.class)
    private Path directory;

    @Test
    void everyEventHasWhatTheSchemaRequires() throws Exception {
        try (AuditFixture audit = new AuditFixture(directory)) {
            audit.fill(4);
            for (String kind :
                    List.of("sandbox.created", "sandbox.deleted", "sandbox.rolled_back", "changes.apply", "x")) {
                audit.log.append(AuditEvent.of(kind, Actor.HOST));
            }
            audit.log.append(AuditEvent.of("call.ended", Actor.HOST)
                    .withTask(AuditFixture.TASK)
                    .withDetails(Map.of("outcome", "ERROR")));
            List<JsonNode> events = events(audit, Optional.empty());
            assertThat(events).hasSize(10);
            for (JsonNode event : events) {
                assertThat(event.properties()).extracting(Map.Entry::getKey).containsAll(REQUIRED);
                assertThat(REQUIRED_WITHIN).allMatch(place -> !event.at(place).isMissingNode(), event.toString());
                assertThat(AT_LEAST_ONE)
                        .allMatch(
                                places -> places.stream()
                                        .anyMatch(place -> !event.at(place).isMissingNode()),
                                event.toString());
                assertThat(event.path("class_uid").asInt()).isEqualTo(6003);
                assertThat(event.path("category_uid").asInt()).isEqualTo(6);
                assertThat(event.path("type_uid").asInt())
                        .isEqualTo(600300 + event.path("activity_id").asInt());
            }
            assertThat(events)
                    .extracting(event -> event.path("activity_id").asInt())
                    .containsExactly(99, 99, 99, 99, 1, 4, 3, 3, 99, 99);
            assertThat(events)
                    .extracting(event -> event.path("status_id").asInt())
                    .containsExactly(2, 1, 1, 1, 0, 0, 0, 0, 0, 2);
        }
    }

    @Test
    void anEventTellsWhatTheEntryDid() throws Exception {
        try (AuditFixture audit = new AuditFixture(directory)) {
            audit.fill(2);
            assertThat(events(audit, Optional.of(AuditFixture.TASK)))
                    .singleElement()
                    .satisfies(event -> {
                        assertThat(event.path("time").asLong()).isEqualTo(AuditFixture.START.toEpochMilli());
                        assertThat(event.at("/actor/user/name").asText()).isEqualTo("local:0");
                        assertThat(event.at("/api/operation").asText()).isEqualTo("call.decided");
                        assertThat(event.at("/metadata/sequence").asLong()).isEqualTo(1);
                        assertThat(event.at("/metadata/correlation_uid").asText())
                                .isEqualTo("mine");
                        assertThat(event.at("/unmapped/tool").asText()).isEqualTo("shell");
                        assertThat(event.at("/unmapped/rule").asText()).isEqualTo("scope.tools");
                        assertThat(event.at("/unmapped/details/number").asText())
                                .isEqualTo("0");
                    });
        }
    }

    private static List<JsonNode> events(AuditFixture audit, Optional<dev.mulligan.host.TaskId> task) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        audit.log.reader().exportOcsf(task, bytes);
        List<JsonNode> events = new ArrayList<>();
        for (String line : bytes.toString(StandardCharsets.UTF_8).lines().toList()) {
            events.add(JSON.readTree(line));
        }
        return events;
    }
}
