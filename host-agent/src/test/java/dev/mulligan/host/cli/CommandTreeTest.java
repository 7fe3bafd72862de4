package dev.mulligan.host.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** What holds for every command, and what is typed wrong. */
final class CommandTreeTest {
    private final Path directory;
    private final Shell shell;

    CommandTreeTest(@TempDir Path directory) {
        this.directory = directory;
        this.shell = new Shell(directory);
    }

    @Test
    void everyCommandIsDescribedAndHasAnExample() {
        List<CommandSpec> commands = commands();
        assertThat(commands).hasSizeGreaterThan(35);
        for (CommandSpec command : commands) {
            String name = command.qualifiedName();
            assertThat(command.usageMessage().description()).as(name).isNotEmpty();
            assertThat(command.usageMessage().footer()).as(name).contains("Example:");
            assertThat(command.usageMessage().footer())
                    .as(name)
                    .anySatisfy(line -> assertThat(line).contains("mulligan").contains(command.name()));
            command.options()
                    .forEach(option -> assertThat(option.description())
                            .as(name + " " + option.longestName())
                            .isNotEmpty());
            command.positionalParameters()
                    .forEach(parameter -> assertThat(parameter.description())
                            .as(name + " " + parameter.paramLabel())
                            .isNotEmpty());
        }
    }

    @Test
    void everyCommandHasHelpWithoutAHostAgent() {
        for (CommandSpec command : commands()) {
            List<String> words = new ArrayList<>(List.of(command.qualifiedName().split(" ", -1)));
            words.removeFirst();
            words.add("--help");
            assertThat(shell.run(words.toArray(String[]::new)))
                    .as(command.qualifiedName())
                    .isZero();
            assertThat(shell.output()).startsWith("Usage: " + command.qualifiedName());
        }
        assertThat(Files.exists(shell.directories().run())).isFalse();
    }

    @Test
    void theOneCommandThatIsMadeForItsArgumentsIsTheSameAsAmongAll() {
        CommandLine whole = tree().build();
        whole.getSubcommands().forEach((name, command) -> {
            CommandLine alone = tree().build(name);
            assertThat(alone.getSubcommands())
                    .hasEntrySatisfying(
                            name, same -> assertThat(same.getUsageMessage()).isEqualTo(command.getUsageMessage()));
            command.getSubcommands().forEach((below, commandBelow) -> {
                CommandLine group = tree().build(name, below);
                assertThat(group.getSubcommands())
                        .hasEntrySatisfying(
                                name,
                                only -> assertThat(only.getSubcommands())
                                        .containsOnlyKeys(below)
                                        .hasEntrySatisfying(
                                                below,
                                                same -> assertThat(same.getUsageMessage())
                                                        .isEqualTo(commandBelow.getUsageMessage())));
            });
        });
    }

    /** Some questions are answered without picocli; in other words they are asked through it. */
    @Test
    void shortWaysAndLongWaysSayTheSame() {
        for (List<String> words : List.of(List.of("--version"), List.of("status"))) {
            List<String> same = new ArrayList<>(List.of("--output", "text"));
            same.addAll(words);
            int exitCode = shell.run(words.toArray(String[]::new));
            String output = shell.output();
            String errors = shell.errors();
            assertThat(shell.run(same.toArray(String[]::new))).isEqualTo(exitCode);
            assertThat(shell.output()).isEqualTo(output);
            assertThat(shell.errors()).isEqualTo(errors);
            assertThat(output + errors).isNotEmpty();
        }
    }

    @Test
    void versionAndExitCodes() {
        assertThat(shell.run("--version")).isZero();
        assertThat(shell.output()).startsWith("mulligan ");
        assertThat(shell.run("help", "exit-codes")).isZero();
        assertThat(shell.output()).contains(" 124  a time limit").contains("pass on the exit code");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            stats                                    | Did you mean: mulligan status
            help nonsense                            | no such command: nonsense
            task run --memory lots -- ls             | 'lots' is no size (expected: such as 512Mi or 2Gi)
            task run --time soon -- ls               | 'soon' is no duration (expected: such as 500ms, 30s, 2m or 1h)
            task run --tool browser -- ls            | 'browser' is no tool (expected: python, node, shell or files)
            task run                                 | no task (expected: a YAML file, or -- and a program)
            task run a.yaml b.yaml                   | put -- before a program
            task run --tool shell a.yaml             | are for programs behind --
            task run --sandbox a --image b -- ls     | exclude each other
            task run --                              | no program behind --
            task list --state asleep                 | asleep
            template keep base many                  | 'many' is no number of machines (expected: such as 4, or learned)
            try --sandbox a --image b --task a.yaml  | --sandbox a and --image b (expected: one of them, or neither)
            try --sandbox a                          | --task
            fork                                     | SANDBOX
            sandbox cp a b                           | no sandbox: a b (expected: SANDBOX:/PATH on exactly one side
            sandbox cp a:/x b:/y                     | two sandboxes
            sandbox create --pause-after soon        | '--pause-after': 'soon' is no idle time (expected: such as 10m or 1h, or never)
            sandbox create --save-after soon         | '--save-after'
            sandbox create --delete-after soon       | '--delete-after'
            audit verify --key host.pem              | --key without an export: host.pem (expected: FILE --key PUB); name the file
            audit show --since yesterday             | --since: 'yesterday' (expected: 2026-01-31
            --output xml status                      | xml
            --host tls://x status                    | unix:PATH or tls://HOST:PORT
            --host tls://x:1 status                  | add --token-file FILE
            """)
    void wrongUsageIsExplained(String line, String explanation) {
        assertThat(shell.run(line.split(" +", -1))).isEqualTo(2);
        assertThat(shell.errors()).contains(explanation);
        assertThat(shell.output()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "task", "sandbox", "image", "checkpoint", "template", "audit"})
    void aGroupAloneShowsItsCommands(String group) {
        assertThat(group.isEmpty() ? shell.run() : shell.run(group)).isEqualTo(2);
        assertThat(shell.errors()).startsWith("Usage: mulligan").contains("Commands:");
    }

    @Test
    void completionIsAScriptThatBashCanRead() throws IOException, InterruptedException {
        assertThat(shell.run("completion", "bash")).isZero();
        Path script = Files.writeString(directory.resolve("completion.bash"), shell.output());
        assertThat(shell.output()).contains("sandbox").contains("--on-failure");
        Process bash =
                new ProcessBuilder("bash", "-n", script.toString()).inheritIO().start();
        assertThat(bash.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(bash.exitValue()).isZero();
    }

    private static List<CommandSpec> commands() {
        List<CommandSpec> commands = new ArrayList<>();
        collect(tree().build(), commands);
        return commands;
    }

    private static void collect(CommandLine line, List<CommandSpec> commands) {
        commands.add(line.getCommandSpec());
        line.getSubcommands().values().forEach(child -> collect(child, commands));
    }

    private static CommandTree tree() {
        GlobalOptions options = new GlobalOptions();
        return new CommandTree(new Shell(Path.of("/nowhere")).invocation(options), options);
    }
}
