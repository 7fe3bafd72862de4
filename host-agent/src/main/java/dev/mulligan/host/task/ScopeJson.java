package dev.mulligan.host.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mulligan.host.scope.Access;
import dev.mulligan.host.scope.ApplyMode;
import dev.mulligan.host.scope.Condition;
import dev.mulligan.host.scope.Effect;
import dev.mulligan.host.scope.Folder;
import dev.mulligan.host.scope.Limits;
import dev.mulligan.host.scope.Recording;
import dev.mulligan.host.scope.Rule;
import dev.mulligan.host.scope.Rulebook;
import dev.mulligan.host.scope.Scope;
import dev.mulligan.host.scope.ScopeName;
import dev.mulligan.host.scope.Tool;
import dev.mulligan.vm.DataSize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;

/** A scope as the journal keeps it; what is empty is not there. */
final class ScopeJson {
    private ScopeJson() {}

    static ObjectNode write(Scope scope) {
        ObjectNode json = Json.object();
        scope.base().ifPresent(base -> json.put("extends", base.value()));
        scope.tools().forEach(tool -> json.withArray("tools").add(tool.name()));
        json.put("root", scope.root());
        Limits limits = scope.limits();
        limits.time().ifPresent(time -> json.put("time", time.toString()));
        limits.memory().ifPresent(memory -> json.put("memory", memory.bytes()));
        limits.cpuMillis().ifPresent(cpu -> json.put("cpu_millis", cpu));
        limits.output().ifPresent(output -> json.put("output", output.bytes()));
        limits.processes().ifPresent(processes -> json.put("processes", processes));
        limits.disk().ifPresent(disk -> json.put("disk", disk.bytes()));
        limits.patience().ifPresent(patience -> json.put("approval", patience.toString()));
        scope.folders().forEach(folder -> json.withArray("folders").add(write(folder)));
        scope.rules().forEach(rule -> json.withArray("rules").add(write(rule)));
        scope.apply().ifPresent(apply -> json.put("apply", apply.name()));
        scope.fallback().ifPresent(fallback -> json.put("default", fallback.name()));
        scope.recording().ifPresent(recording -> json.put("record", recording.name()));
        scope.inherited().forEach(book -> json.withArray("inherited").add(write(book)));
        return json;
    }

    static Scope read(JsonNode json) {
        EnumSet<Tool> tools = EnumSet.noneOf(Tool.class);
        json.path("tools").forEach(tool -> tools.add(Tool.valueOf(tool.asText())));
        return new Scope(
                Json.text(json, "extends").map(ScopeName::new),
                tools,
                json.path("root").asBoolean(),
                each(json.path("folders"), ScopeJson::readFolder),
                new Limits(
                        Json.text(json, "time").map(Duration::parse),
                        Json.number(json, "memory").map(DataSize::ofBytes),
                        integer(json, "cpu_millis"),
                        Json.number(json, "output").map(DataSize::ofBytes),
                        integer(json, "processes"),
                        Json.number(json, "disk").map(DataSize::ofBytes),
                        Json.text(json, "approval").map(Duration::parse)),
                each(json.path("rules"), ScopeJson::readRule),
                Json.text(json, "apply").map(ApplyMode::valueOf),
                Json.text(json, "default").map(Effect::valueOf),
                Json.text(json, "record").map(Recording::valueOf),
                each(json.path("inherited"), ScopeJson::readBook));
    }

    private static ObjectNode write(Folder folder) {
        ObjectNode json = Json.object()
                .put("path", folder.path())
                .put("as", folder.as())
                .put("access", folder.access().name());
        folder.excludes().forEach(pattern -> json.withArray("excludes").add(pattern));
        return json;
    }

    private static Folder readFolder(JsonNode json) {
        return new Folder(
                json.path("path").asText(),
                json.path("as").asText(),
                Access.valueOf(json.path("access").asText()),
                each(json.path("excludes"), JsonNode::asText));
    }

    private static ObjectNode write(Rule rule) {
        return Json.object()
                .put("when", rule.when().source())
                .put("then", rule.then().name())
                .put("why", rule.why());
    }

    /** Not checked again: reading a list of tasks must not cost more for their rules. */
    private static Rule readRule(JsonNode json) {
        return new Rule(
                Condition.kept(json.path("when").asText()),
                Effect.valueOf(json.path("then").asText()),
                json.path("why").asText());
    }

    private static ObjectNode write(Rulebook book) {
        ObjectNode json = Json.object().put("origin", book.origin());
        book.rules().forEach(rule -> json.withArray("rules").add(write(rule)));
        book.apply().ifPresent(apply -> json.put("apply", apply.name()));
        return json;
    }

    private static Rulebook readBook(JsonNode json) {
        return new Rulebook(
                json.path("origin").asText(),
                each(json.path("rules"), ScopeJson::readRule),
                Json.text(json, "apply").map(ApplyMode::valueOf));
    }

    private static <T> List<T> each(JsonNode array, Function<JsonNode, T> read) {
        List<T> elements = new ArrayList<>();
        array.forEach(element -> elements.add(read.apply(element)));
        return elements;
    }

    private static OptionalInt integer(JsonNode json, String name) {
        return json.has(name) ? OptionalInt.of(json.get(name).asInt()) : OptionalInt.empty();
    }
}
