package dev.mulligan.host.scope.file;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.scope.Access;
import dev.mulligan.host.scope.ApplyMode;
import dev.mulligan.host.scope.Condition;
import dev.mulligan.host.scope.Effect;
import dev.mulligan.host.scope.Folder;
import dev.mulligan.host.scope.Recording;
import dev.mulligan.host.scope.Rule;
import dev.mulligan.host.scope.Rulebook;
import dev.mulligan.host.scope.Scope;
import dev.mulligan.host.scope.ScopeName;
import dev.mulligan.host.scope.Tool;
import dev.mulligan.host.yaml.YamlDocument;
import dev.mulligan.host.yaml.YamlValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The form of a scope in YAML.
 *
 * <pre>{@code
 * extends: reports
 * tools: [python, shell, files]
 * root: false
 * folders:
 *   - {path: ~/Reports, as: /workspace/reports, access: write, excludes: ["*.key"]}
 * limits: {time: 15m, memory: 1Gi, cpus: 2, disk: 2Gi, output: 64Mi, processes: 256}
 * rules:
 *   - {when: 'tool == "shell" && args.command.matches("(^|\\s)(rm|shred|dd)\\s")', then: ask, why: removes things}
 *   - {when: 'change.kind == "delete"', then: ask}
 * apply: ask
 * default: deny
 * record: digests
 * }</pre>
 */
public final class ScopeForm {
    private static final String EXPECTED = "a mapping with at least 'tools' or 'extends'";
    private static final int LONGEST_PATH = 4096;

    private static final Key<ScopeName> EXTENDS = Key.optional(
            "extends",
            new Shapes.Text(1, 64, "^[A-Za-z0-9_-]+$").as(ScopeName::new),
            "A named scope, which this one may only narrow. What is left out is as there, but for root.");
    private static final Key<List<Tool>> TOOLS = Key.optional(
            "tools",
            new Shapes.ListOf<>("tools", Labels.of("tool", Tool.values(), Tool::label), Tool.values().length),
            "The tools that calls may use. None: none.");
    private static final Key<Boolean> ROOT =
            Key.optional("root", new Shapes.Truth(), "Calls may ask to run as root inside the sandbox.");
    private static final Key<List<Rule>> RULES = Key.optional(
            "rules",
            new Shapes.ListOf<>("rules", RuleKeys.MAPPING, Rulebook.MOST_RULES),
            "The first that matches decides about a call before it runs, or a change before it is applied.");
    private static final Key<ApplyMode> APPLY = Key.optional(
            "apply",
            Labels.of("way to apply", ApplyMode.values(), ApplyMode::label),
            "What becomes of a change that no rule matches: carried to the host, if a person says so, or never.");
    private static final Key<Effect> DEFAULT = Key.optional(
            "default",
            Labels.of("default", new Effect[] {Effect.DENY, Effect.ASK}, Effect::label),
            "What becomes of a call whose tool is not named.");
    private static final Key<Recording> RECORD = Key.optional(
            "record",
            Labels.of("way to record", Recording.values(), Recording::label),
            "What the record holds of a call's arguments.");

    private final Key<List<Folder>> folders;
    private final Mapping<Scope> mapping;

    /** @param home what {@code ~} stands for in a folder's path */
    public ScopeForm(Path home) {
        folders = Key.optional(
                "folders",
                new Shapes.ListOf<>("folders", new FolderKeys(home).mapping(), Scope.MOST_FOLDERS),
                "Folders of the host that the sandbox sees.");
        mapping = new Mapping<>(
                List.of(EXTENDS, TOOLS, ROOT, folders, LimitKeys.LIMITS, RULES, APPLY, DEFAULT, RECORD), this::scope);
    }

    /** With the home of this process's user. */
    public static ScopeForm ofThisUser() {
        return new ScopeForm(Path.of(System.getProperty("user.home")));
    }

    /** Reads a scope that is part of another file; complaints have its place. */
    public Scope read(YamlValue value) {
        return mapping.read(value);
    }

    /** Reads a file; {@code BAD_SCOPE} with file, line and column, or {@code NO_SUCH_FILE}. */
    public Scope read(Path file) {
        try (InputStream input = Files.newInputStream(file)) {
            return read(file.toString(), input);
        } catch (IOException unreadable) {
            throw HostException.of(HostErrorCode.NO_SUCH_FILE, "scope file that cannot be read")
                    .value(file)
                    .expected("a readable YAML file")
                    .cause(unreadable)
                    .build();
        }
    }

    /** Reads a stream to its end; {@code name} stands in complaints. */
    public Scope read(String name, InputStream input) throws IOException {
        return mapping.read(new YamlDocument(name, "scope", HostErrorCode.BAD_SCOPE).read(input, EXPECTED));
    }

    /** The JSON Schema of a scope, draft 2020-12. */
    public ObjectNode schema() {
        ObjectNode schema = Shapes.object()
                .put("$schema", "https://json-schema.org/draft/2020-12/schema")
                .put("title", "Mulligan scope")
                .put("description", "What a task may do. What it does not name is denied.");
        schema.setAll(mapping.schema());
        return schema;
    }

    private Scope scope(Mapping.Taken taken) {
        List<Tool> tools = taken.get(TOOLS).orElse(List.of());
        if (taken.get(EXTENDS).isPresent() && taken.get(TOOLS).isPresent() && tools.isEmpty()) {
            throw HostException.of(HostErrorCode.BAD_SCOPE, "no tools, in a scope that extends another")
                    .expected("at least one tool, or no key 'tools' for those of the other")
                    .build();
        }
        Set<Tool> set = EnumSet.noneOf(Tool.class);
        set.addAll(tools);
        return new Scope(
                taken.get(EXTENDS),
                set,
                taken.get(ROOT).orElse(false),
                taken.get(folders).orElse(List.of()),
                taken.get(LimitKeys.LIMITS).orElse(dev.mulligan.host.scope.Limits.DEFAULT),
                taken.get(RULES).orElse(List.of()),
                taken.get(APPLY),
                taken.get(DEFAULT),
                taken.get(RECORD),
                List.of());
    }

    /** The keys of a rule. */
    private static final class RuleKeys {
        static final Key<Condition> WHEN = Key.required(
                "when",
                new Shapes.Text(1, Condition.LONGEST, "").as(Condition::of),
                "A CEL expression over tool, args, root and time (calls) or change (changes).");
        static final Key<Effect> THEN =
                Key.required("then", Labels.of("effect", Effect.values(), Effect::label), "What becomes of it.");
        static final Key<String> WHY =
                Key.optional("why", new Shapes.Text(0, Rule.LONGEST_WHY, ""), "For people: one line.");
        static final Mapping<Rule> MAPPING = new Mapping<>(
                List.of(WHEN, THEN, WHY),
                taken -> new Rule(
                        taken.require(WHEN), taken.require(THEN), taken.get(WHY).orElse("")));
    }

    /** The keys of a folder. */
    private record FolderKeys(Path home) {
        private static final Key<String> PATH = Key.required(
                "path",
                new Shapes.Text(1, LONGEST_PATH, "^(~|~/.*|/.*)$"),
                "On the host: absolute, or below ~, the home of whoever reads this.");
        private static final Key<String> AS =
                Key.required("as", new Shapes.Text(2, LONGEST_PATH, "^/"), "In the sandbox: absolute.");
        private static final Key<Access> ACCESS = Key.optional(
                "access",
                Labels.of("access", Access.values(), Access::label),
                "read (that is the default), or write: what is written stays in the sandbox until it is applied.");
        private static final Key<List<String>> EXCLUDES = Key.optional(
                "excludes",
                new Shapes.ListOf<>("patterns", new Shapes.Text(1, 1000, "^[^!]"), 200),
                "What the sandbox does not see of it: patterns as in .gitignore.");

        Mapping<Folder> mapping() {
            return new Mapping<>(
                    List.of(PATH, AS, ACCESS, EXCLUDES),
                    taken -> new Folder(
                            absolute(taken.require(PATH)),
                            taken.require(AS),
                            taken.get(ACCESS).orElse(Access.READ),
                            taken.get(EXCLUDES).orElse(List.of())));
        }

        private String absolute(String path) {
            return path.equals("~") || path.startsWith("~/") ? home + path.substring(1) : path;
        }
    }
}
