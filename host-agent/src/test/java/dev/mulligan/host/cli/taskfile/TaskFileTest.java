package dev.mulligan.host.cli.taskfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Duration;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.yaml.YamlDocument;
import dev.mulligan.proto.host.v1.FilesCall;
import dev.mulligan.proto.host.v1.OnFailure;
import dev.mulligan.proto.host.v1.TaskSpec;
import dev.mulligan.proto.host.v1.Tool;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TaskFileTest {
    @Test
    void readsEveryKey() {
        TaskSpec task = TaskFile.parse("task.yaml", """
                name: summarise
                image: base
                thread: tidy
                after: nightly-7
                scope:
                  tools: [python, node, shell, files]
                  root: true
                  limits: {time: 2m, memory: 512Mi, cpus: 1.5, output: 64Mi, processes: 256}
                on_failure: keep
                keep_sandbox: true
                labels: {team: blue, build: 17}
                calls:
                  - python: |
                      print(sum(range(10)))
                    arguments: [one, 2]
                    root: true
                    time: 10s
                  - node: console.log(1)
                  - shell: wc -l /etc/passwd
                  - shell: [sleep, 10]
                  - files: {read: /a}
                  - files: {write: {path: /a, content: hello}}
                  - files: {list: /}
                  - files: {move: {from: /a, to: /b}}
                  - files: {remove: {path: /b, recursive: true}}
                  - files: {remove: /c}
                  - files: {make_directory: /d}
                """);
        assertThat(task.getName()).isEqualTo("summarise");
        assertThat(task.getImage()).isEqualTo("base");
        assertThat(task.getThread()).isEqualTo("tidy");
        assertThat(task.getParentTaskId()).isEqualTo("nightly-7");
        assertThat(task.getScope().getToolsList()).containsExactly(Tool.PYTHON, Tool.NODE, Tool.SHELL, Tool.FILES);
        assertThat(task.getScope().getRoot()).isTrue();
        assertThat(task.getScope().getLimits().getTime())
                .isEqualTo(Duration.newBuilder().setSeconds(120).build());
        assertThat(task.getScope().getLimits().getMemoryBytes()).isEqualTo(512L << 20);
        assertThat(task.getScope().getLimits().getCpuMillis()).isEqualTo(1500);
        assertThat(task.getScope().getLimits().getOutputBytes()).isEqualTo(64L << 20);
        assertThat(task.getScope().getLimits().getProcesses()).isEqualTo(256);
        assertThat(task.getOnFailure()).isEqualTo(OnFailure.KEEP);
        assertThat(task.getKeepSandbox()).isTrue();
        assertThat(task.getLabelsMap()).containsEntry("team", "blue").containsEntry("build", "17");
        assertThat(task.getCalls(0).getPython().getCode()).isEqualTo("print(sum(range(10)))\n");
        assertThat(task.getCalls(0).getPython().getArgumentsList()).containsExactly("one", "2");
        assertThat(task.getCalls(0).getRoot()).isTrue();
        assertThat(task.getCalls(0).getTime().getSeconds()).isEqualTo(10);
        assertThat(task.getCalls(1).getNode().getCode()).isEqualTo("console.log(1)");
        assertThat(task.getCalls(2).getShell().getCommand()).isEqualTo("wc -l /etc/passwd");
        assertThat(task.getCalls(3).getShell().getArguments().getValuesList()).containsExactly("sleep", "10");
        List<FilesCall> files = task.getCallsList().subList(4, 11).stream()
                .map(call -> call.getFiles())
                .toList();
        assertThat(files.get(0).getRead()).isEqualTo("/a");
        assertThat(files.get(1).getWrite().getContent().toStringUtf8()).isEqualTo("hello");
        assertThat(files.get(2).getList()).isEqualTo("/");
        assertThat(files.get(3).getMove().getSource()).isEqualTo("/a");
        assertThat(files.get(3).getMove().getTarget()).isEqualTo("/b");
        assertThat(files.get(4).getRemove().getRecursive()).isTrue();
        assertThat(files.get(5).getRemove().getPath()).isEqualTo("/c");
        assertThat(files.get(6).getMakeDirectory()).isEqualTo("/d");
    }

    @Test
    void whatIsNotSaidStaysUnset() {
        TaskSpec task = TaskFile.parse("t", "calls: [{shell: 'true'}]");
        assertThat(task.getImage()).isEmpty();
        assertThat(task.getScope().getToolsCount()).isZero();
        assertThat(task.getOnFailure()).isEqualTo(OnFailure.ON_FAILURE_UNSPECIFIED);
    }

    /** {@code ⏎} is a line feed. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            nmae: x⏎calls: [{shell: a}]                     | t:1:1: unknown key: nmae (expected: one of name, image, sandbox, thread, after, scope, on_failure, keep_sandbox, labels, calls); did you mean 'name'?
            calls: [{shell: a}]⏎zzzzzzzz: 1                 | t:2:1: unknown key: zzzzzzzz (expected: one of name,
            calls: [{shell: a}]⏎calls: [{shell: a}]         | t:2:1: key that is there twice: calls (expected: each key once)
            name: x                                         | t:1:1: missing key (expected: 'calls')
            calls: []                                       | t:1:8: wrong number of elements: 0 (expected: 1 to 1000: a list of calls)
            calls: {shell: a}                               | t:1:8: wrong value: a mapping (expected: a list of calls)
            calls: [shell]                                  | t:1:9: wrong value: shell (expected: a mapping with one of python, node, shell, files)
            calls:⏎  - shel: a                              | t:2:5: unknown tool: shel (expected: one of python, node, shell, files); did you mean 'shell'?
            calls:⏎  - browser: a                           | t:2:5: unknown tool: browser (expected: one of python, node, shell, files)
            calls:⏎  - time: 5s                             | t:2:5: missing key (expected: one of python, node, shell, files)
            calls:⏎  - shell: a⏎    node: b                 | t:2:5: more than one tool: node, shell
            calls:⏎  - shell: a⏎    tiem: 5s                | t:3:5: unknown key: tiem (expected: one of root, time, arguments, session, python, node, shell, files); did you mean 'time'?
            calls:⏎  - shell: 17                            | t:2:12: wrong value: 17 (expected: a text); put it in quotes
            calls:⏎  - shell: true                          | t:2:12: wrong value: true (expected: a text); put it in quotes
            calls:⏎  - shell:                               | t:2:11: wrong value: nothing (expected: a text)
            calls:⏎  - shell: []                            | t:2:12: wrong value: a list (expected: a program, then its arguments)
            calls:⏎  - shell: [ls, [a]]                     | t:2:17: wrong value: a list (expected: a text)
            calls:⏎  - shell: ls⏎    arguments: [a]         | t:3:5: arguments that do not belong here: shell (expected: them with python or node
            calls:⏎  - shell: ls⏎    session: a            | t:3:5: a session that does not belong here: shell (expected: one with python or node)
            calls:⏎  - python: x⏎    arguments: a           | t:3:16: wrong value: a (expected: a list of arguments)
            calls:⏎  - python: x⏎    root: sure             | t:3:11: wrong value: sure (expected: true or false)
            calls:⏎  - python: x⏎    time: 10               | t:3:11: wrong value: 10 (expected: a duration from 1s to 24h, such as 30s, 2m or 1h)
            calls:⏎  - python: x⏎    time: 25h              | t:3:11: wrong value: 25h (expected: a duration from 1s to 24h
            calls:⏎  - files: /a                            | t:2:12: wrong value: /a (expected: a mapping with one of read, write,
            calls:⏎  - files: {raed: /a}                    | t:2:13: unknown operation: raed (expected: one of read, write, list, move, remove, make_directory); did you mean 'read'?
            calls:⏎  - files: {read: a}                     | t:2:19: wrong value: a (expected: an absolute path)
            calls:⏎  - files: {write: {path: /a}}           | t:2:20: missing key (expected: 'content')
            calls:⏎  - files: {write: {path: /a, content: b, mode: 7}} | t:2:43: unknown key: mode (expected: one of path, content)
            calls:⏎  - files: {move: {source: /a, to: /b}}  | t:2:19: missing key (expected: 'from')
            calls:⏎  - files: {remove: {path: /a, recursive: 1}} | t:2:43: wrong value: 1 (expected: true or false)
            scope: {tools: [pyton]}⏎calls: [{shell: a}]     | t:1:17: unknown tool: pyton (expected: one of python, node, shell, files); did you mean 'python'?
            scope: {tools: python}⏎calls: [{shell: a}]      | t:1:16: wrong value: python (expected: a list of tools)
            scope: [python]⏎calls: [{shell: a}]             | t:1:8: wrong value: a list (expected: a mapping of extends, tools, root, folders, limits, rules, apply, default, record)
            scope: {limits: {memory: lots}}⏎calls: [{shell: a}] | t:1:26: wrong value: lots (expected: a size from 16Mi to 4Ti, such as 512Mi or 2Gi)
            scope: {limits: {memory: 1Mi}}⏎calls: [{shell: a}]  | t:1:26: wrong value: 1Mi (expected: a size from 16Mi
            scope: {limits: {cpus: 0}}⏎calls: [{shell: a}]  | t:1:24: wrong value: 0 (expected: a number from 0.1 to 1024)
            scope: {limits: {output: 2Gi}}⏎calls: [{shell: a}]  | t:1:26: wrong value: 2Gi (expected: a size from 1Ki to 1Gi
            scope: {limits: {processes: 0}}⏎calls: [{shell: a}] | t:1:29: wrong value: 0 (expected: a whole number from 1 to 32768)
            scope: {limits: {processes: 99999999999}}⏎calls: [{shell: a}] | t:1:29: wrong value: 99999999999 (expected: a whole number
            scope: {limits: {dsk: 1Gi}}⏎calls: [{shell: a}]  | t:1:18: unknown key: dsk (expected: one of time, memory, cpus, disk, output, processes, approval); did you mean 'disk'?
            on_failure: rolback⏎calls: [{shell: a}]         | t:1:13: unknown way to go on: rolback (expected: one of rollback, keep); did you mean 'rollback'?
            keep_sandbox: yes⏎calls: [{shell: a}]           | t:1:15: wrong value: yes (expected: true or false)
            labels: [a]⏎calls: [{shell: a}]                 | t:1:9: wrong value: a list (expected: a mapping of names to texts)
            labels: {a: [b]}⏎calls: [{shell: a}]            | t:1:13: wrong value: a list (expected: a text)
            image: a⏎sandbox: b⏎calls: [{shell: a}]         | t:2:1: both image and sandbox: b (expected: one of them
            just a text                                     | t:1:1: wrong value: just a text (expected: a mapping with at least 'calls')
            calls: [                                        | t:1:9: not YAML:
            calls: [{shell: "a}]                            | not YAML:
            a: 1⏎---⏎b: 2                                   | t:2:1: not YAML:
            """)
    void mistakesAreNamedWithTheirPlace(String text, String message) {
        assertThatThrownBy(() -> TaskFile.parse("t", text.replace('⏎', '\n')))
                .isInstanceOfSatisfying(
                        HostException.class, error -> assertThat(error.code()).isEqualTo(HostErrorCode.BAD_TASK))
                .hasMessageContaining(message);
    }

    @Test
    void emptyFile() {
        assertThatThrownBy(() -> TaskFile.parse("t", "# nothing\n")).hasMessageContaining("t:1:1: empty task file");
    }

    @Test
    void aNameHasAtMost200Characters() {
        assertThatThrownBy(() -> TaskFile.parse("t", "name: " + "x".repeat(201) + "\ncalls: [{shell: a}]"))
                .hasMessageContaining("t:1:7: wrong value: xxx")
                .hasMessageContaining("at most 200 characters");
    }

    @Test
    void aliasesDoNotMultiply() {
        String aliases = "calls: [&a {shell: b}" + ", *a".repeat(60) + "]";
        assertThatThrownBy(() -> TaskFile.parse("t", aliases)).hasMessageContaining("Number of aliases");
    }

    @Test
    void aliasThatContainsItself() {
        assertThatThrownBy(() -> TaskFile.parse("t", "calls: &a [*a]"))
                .hasMessageContaining("expected: a mapping with one of python");
    }

    @Test
    void bytesThatAreNoUtf8() {
        assertThatThrownBy(() -> TaskFile.read("t", new ByteArrayInputStream(new byte[] {'a', (byte) 0xff})))
                .hasMessageContaining("t:1:1: task file that is no UTF-8");
    }

    @Test
    void tooLarge() {
        byte[] large = "#".repeat(YamlDocument.LARGEST + 1).getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> TaskFile.read("t", new ByteArrayInputStream(large)))
                .hasMessageContaining("task file that is too large");
    }

    @Test
    void missingFile(@TempDir Path directory) {
        assertThatThrownBy(() -> TaskFile.read(directory.resolve("no.yaml")))
                .isInstanceOfSatisfying(
                        HostException.class, error -> assertThat(error.code()).isEqualTo(HostErrorCode.NO_SUCH_FILE));
    }
}
