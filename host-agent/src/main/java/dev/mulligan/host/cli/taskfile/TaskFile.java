package dev.mulligan.host.cli.taskfile;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.message.ScopeMessage;
import dev.mulligan.host.scope.file.ScopeForm;
import dev.mulligan.host.yaml.YamlDocument;
import dev.mulligan.host.yaml.YamlMap;
import dev.mulligan.host.yaml.YamlValue;
import dev.mulligan.proto.host.v1.OnFailure;
import dev.mulligan.proto.host.v1.TaskSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads a task from YAML. Only form is checked here; what a task may do is for the host agent to decide.
 *
 * <pre>{@code
 * name: summarise
 * image: base                  # or sandbox: NAME
 * scope: {tools: [python, shell], limits: {time: 2m, memory: 512Mi, cpus: 1.5}} # as ScopeForm reads it
 * thread: tidy                 # the next task of it; its scope is within the one before
 * after: nightly-7             # handed on from this task; its scope is within that one
 * on_failure: rollback         # or keep
 * keep_sandbox: false
 * labels: {team: blue}
 * calls:
 *   - python: |
 *       print(sum(range(10)))
 *     arguments: [one, two]
 *   - shell: wc -l /etc/passwd # or [wc, -l, /etc/passwd], without a shell
 *     root: false
 *     time: 10s
 *   - files: {write: {path: /tmp/note, content: hello}}
 * }</pre>
 */
public final class TaskFile {
    private static final String EXPECTED = "a mapping with at least 'calls'";
    private static final int LONGEST_NAME = 200;
    private static final int MOST_CALLS = 1000;

    private TaskFile() {}

    /** Reads a file; BAD_TASK with file, line and column, or NO_SUCH_FILE. */
    public static TaskSpec read(Path file) {
        try (InputStream input = Files.newInputStream(file)) {
            return read(file.toString(), input);
        } catch (IOException unreadable) {
            throw HostException.of(HostErrorCode.NO_SUCH_FILE, "task file that cannot be read")
                    .value(file)
                    .expected("a readable YAML file")
                    .remedy("for a program, put -- before it: mulligan task run -- python3 script.py")
                    .cause(unreadable)
                    .build();
        }
    }

    /** Reads a stream to its end. */
    public static TaskSpec read(String name, InputStream input) throws IOException {
        return task(document(name).read(input, EXPECTED));
    }

    /** Reads a text; {@code name} stands in messages. */
    static TaskSpec parse(String name, String text) {
        return task(document(name).parse(text, EXPECTED));
    }

    private static YamlDocument document(String name) {
        return new YamlDocument(name, "task", HostErrorCode.BAD_TASK);
    }

    private static TaskSpec task(YamlValue root) {
        YamlMap map = root.map(EXPECTED);
        TaskSpec.Builder task = TaskSpec.newBuilder();
        map.take("name").ifPresent(value -> task.setName(name(value)));
        map.take("image").ifPresent(value -> task.setImage(value.word()));
        map.take("sandbox").ifPresent(value -> task.setSandbox(value.word()));
        map.take("thread").ifPresent(value -> task.setThread(value.word()));
        map.take("after").ifPresent(value -> task.setParentTaskId(value.word()));
        map.take("scope")
                .ifPresent(value ->
                        task.setScope(ScopeMessage.of(ScopeForm.ofThisUser().read(value))));
        map.take("on_failure").ifPresent(value -> task.setOnFailure(onFailure(value)));
        map.take("keep_sandbox").ifPresent(value -> task.setKeepSandbox(value.truth()));
        map.take("labels")
                .ifPresent(value -> value.map("a mapping of names to texts")
                        .all()
                        .forEach((key, label) -> task.putLabels(key, label.word())));
        if (!task.getImage().isEmpty() && !task.getSandbox().isEmpty()) {
            throw map.complain("sandbox", "both image and sandbox")
                    .value(task.getSandbox())
                    .expected("one of them, or neither for the image \"base\"")
                    .build();
        }
        map.take("calls"); // so that it is among the known keys when another is not
        map.done();
        for (YamlValue call : map.require("calls").list("a list of calls", 1, MOST_CALLS)) {
            task.addCalls(CallReader.read(call));
        }
        return task.build();
    }

    private static String name(YamlValue value) {
        String name = value.word();
        if (name.length() > LONGEST_NAME) {
            throw value.wrong("at most " + LONGEST_NAME + " characters").build();
        }
        return name;
    }

    private static OnFailure onFailure(YamlValue value) {
        return value.oneOf("way to go on", List.of("rollback", "keep")).equals("keep")
                ? OnFailure.KEEP
                : OnFailure.ROLLBACK;
    }
}
