package dev.mulligan.host.scope.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import dev.mulligan.host.HostException;
import dev.mulligan.host.scope.Access;
import dev.mulligan.host.scope.ApplyMode;
import dev.mulligan.host.scope.Effect;
import dev.mulligan.host.scope.Folder;
import dev.mulligan.host.scope.Recording;
import dev.mulligan.host.scope.Scope;
import dev.mulligan.host.scope.ScopeName;
import dev.mulligan.host.scope.Tool;
import dev.mulligan.vm.DataSize;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Reader and JSON Schema: what one takes, the other takes. */
final class ScopeFormTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final ScopeForm FORM = new ScopeForm(Path.of("/home/me"));
    private static final String WHOLE = """
            extends: reports                 # a named scope; may only be narrowed
            tools: [python, shell, files]
            root: false
            folders:
              - {path: ~/Reports, as: /workspace/reports, access: write, excludes: ["*.tmp"]}
              - {path: ~/Data,    as: /workspace/data,    access: read}
            limits: {time: 15m, memory: 1Gi, cpus: 2, disk: 2Gi, output: 64Mi, processes: 256}
            rules:                           # CEL; the first that matches decides
              - {when: 'tool == "shell" && args.command.matches("(^|\\\\s)(rm|shred|dd)\\\\s")', then: ask, why: "removes things"}
              - {when: 'change.kind == "delete"', then: ask}
              - {when: 'change.path.endsWith(".key")', then: deny}
            apply: ask                       # ask | auto | never
            default: deny
            record: full
            """;

    @Test
    void readsAllOfIt() throws IOException {
        Scope scope = read(WHOLE);
        assertThat(scope.base()).contains(new ScopeName("reports"));
        assertThat(scope.tools()).containsExactly(Tool.PYTHON, Tool.SHELL, Tool.FILES);
        assertThat(scope.folders())
                .containsExactly(
                        new Folder("/home/me/Reports", "/workspace/reports", Access.WRITE, List.of("*.tmp")),
                        new Folder("/home/me/Data", "/workspace/data", Access.READ, List.of()));
        assertThat(scope.limits().time()).contains(Duration.ofMinutes(15));
        assertThat(scope.limits().disk()).contains(DataSize.ofGibibytes(2));
        assertThat(scope.limits().cpuMillis()).hasValue(2000);
        assertThat(scope.rules())
                .extracting(rule -> rule.then().label() + " " + rule.why())
                .containsExactly("ask removes things", "ask ", "deny ");
        assertThat(scope.apply()).contains(ApplyMode.ASK);
        assertThat(scope.fallback()).contains(Effect.DENY);
        assertThat(scope.recording()).contains(Recording.FULL);
    }

    static Stream<String> good() {
        return Stream.of(
                WHOLE,
                "{}",
                "tools: []",
                "extends: a_b-1",
                "tools: [python, node, shell, files]",
                "root: true",
                "limits: {}",
                "limits: {time: 1h30m}",
                "limits: {memory: 1073741824, cpus: 0.125, output: 1Ki, processes: 1}",
                "folders: []",
                "folders: [{path: ~, as: /w}]",
                "rules: []",
                "rules: [{when: 'true', then: allow}]",
                "apply: auto",
                "default: ask",
                "record: digests");
    }

    @ParameterizedTest
    @MethodSource("good")
    void whatIsGoodIsReadAndValid(String yaml) throws IOException {
        read(yaml);
        assertThat(problems(yaml)).isEmpty();
    }

    static Stream<String> badForm() {
        return Stream.of(
                "[]",
                "tools: shell",
                "tools: [sell]",
                "tools: [shell, 1]",
                "tool: [shell]",
                "root: yes please",
                "extends: 'a b'",
                "extends: ''",
                "extends: [a]",
                "limits: {times: 1m}",
                "limits: {time: soon}",
                "limits: {time: ''}",
                "limits: {time: [1m]}",
                "limits: {memory: lots}",
                "limits: {memory: 5}",
                "limits: {cpus: 0}",
                "limits: {cpus: 0.0001}",
                "limits: {cpus: many}",
                "limits: {processes: 0}",
                "limits: {processes: 1.5}",
                "limits: {processes: 40000}",
                "folders: [{path: relative, as: /w}]",
                "folders: [{path: /a}]",
                "folders: [{as: /w}]",
                "folders: [{path: /a, as: w}]",
                "folders: [{path: /a, as: /w, access: all}]",
                "folders: [{path: /a, as: /w, excludes: ['!a']}]",
                "folders: [{path: /a, as: /w, exclude: [a]}]",
                "rules: [{when: 'true'}]",
                "rules: [{then: deny}]",
                "rules: [{when: 'true', then: perhaps}]",
                "rules: [{when: 'true', then: deny, because: x}]",
                "rules: [{when: true, then: deny}]",
                "rules: {when: 'true', then: deny}",
                "rules: [{when: 'true', then: deny, why: " + "x".repeat(201) + "}]",
                "rules: [" + "{when: 'true', then: deny}, ".repeat(65) + "]",
                "apply: always",
                "default: allow",
                "record: none");
    }

    @ParameterizedTest
    @MethodSource("badForm")
    void whatIsBadIsNeitherReadNorValid(String yaml) throws IOException {
        assertThatThrownBy(() -> read(yaml))
                .asInstanceOf(type(HostException.class))
                .satisfies(bad -> assertThat(bad.getMessage()).startsWith("scope.yaml:1:"))
                .satisfies(bad -> assertThat(bad.expected()).isNotEmpty());
        assertThat(problems(yaml)).isNotEmpty();
    }

    static Stream<String> badMeaning() {
        return Stream.of(
                "limits: {time: 25h}",
                "limits: {time: 100ms}",
                "limits: {memory: 1Mi}",
                "{extends: a, tools: []}",
                "extends: scope",
                "folders: [{path: /a/../b, as: /w}]",
                "folders: [{path: /a, as: /w}, {path: /a/b, as: /v}]",
                "rules: [{when: 'args.comand == \"x\"', then: deny}]");
    }

    /** What JSON Schema cannot say, the reader still knows. */
    @ParameterizedTest
    @MethodSource("badMeaning")
    void whatOnlyMeansNothingIsNotRead(String yaml) {
        assertThatThrownBy(() -> read(yaml)).isInstanceOf(HostException.class).hasMessageStartingWith("scope.yaml:1:");
    }

    @Test
    void aMistakeIsNamedWithItsPlaceAndWhatWasMeant() {
        assertThatThrownBy(() -> read("tools: [shell]\nlimit: {time: 1m}"))
                .hasMessageContaining("scope.yaml:2:1: unknown key: limit")
                .hasMessageContaining("did you mean 'limits'?");
        assertThatThrownBy(() -> read("rules:\n  - {when: 'true', than: deny}"))
                .hasMessageContaining("scope.yaml:2:20: unknown key: than")
                .hasMessageContaining("did you mean 'then'?");
        assertThatThrownBy(() -> read("rules:\n  - then: deny\n    when: args.comand == \"x\""))
                .hasMessageContaining("scope.yaml:3:11: condition: undefined field 'comand' at character 5")
                .hasMessageContaining("did you mean 'command'?");
    }

    /** Reader and schema are made of the same keys; this holds that none is left undescribed. */
    @Test
    void everyKeyIsDescribed() {
        List<String> undescribed = new ArrayList<>();
        collect("", FORM.schema(), undescribed);
        assertThat(undescribed).isEmpty();
        assertThat(FORM.schema().path("properties").size()).isEqualTo(9);
    }

    private static void collect(String path, JsonNode schema, List<String> undescribed) {
        schema.path("properties").properties().forEach(property -> {
            String name = path + "." + property.getKey();
            if (property.getValue().path("description").asText().isEmpty()) {
                undescribed.add(name);
            }
            collect(name, property.getValue(), undescribed);
            collect(name, property.getValue().path("items"), undescribed);
        });
    }

    private static Scope read(String yaml) throws IOException {
        return FORM.read("scope.yaml", new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<String> problems(String yaml) throws IOException {
        JsonSchema schema = JsonSchemaFactory.getInstance(VersionFlag.V202012)
                .getSchema(JSON.readTree(FORM.schema().toString()));
        Object value = new Load(LoadSettings.builder().build()).loadFromString(yaml);
        return schema.validate(JSON.valueToTree(value)).stream()
                .map(Object::toString)
                .toList();
    }
}
