package dev.mulligan.host.cli.rehearsal;

import dev.mulligan.host.HostDirectories;
import dev.mulligan.host.cli.MulliganCommand;
import java.nio.file.Path;
import java.util.List;

/**
 * The commands that matter, one after another in one process, against a {@link Stage} in another. The build runs both
 * with {@code MULLIGAN_STATE} set to a directory of theirs; what the first one used is what the AOT cache holds.
 */
final class Rehearsal {
    private static final List<String> LINES = List.of(
            "--version",
            "status",
            "status --output text",
            "status --output json",
            "--host unix:/nowhere status",
            "up",
            "doctor --help",
            "help",
            "help exit-codes",
            "completion bash",
            "stats",
            "task list",
            "task show t-1",
            "sandbox list",
            "sandbox exec web true",
            "sandbox exec --help",
            "checkpoint list web",
            "image list",
            "audit show");

    private Rehearsal() {}

    public static void main(String[] arguments) throws InterruptedException, ClassNotFoundException {
        if (arguments[0].equals("stage")) {
            new Stage(new HostDirectories(Path.of(System.getenv("MULLIGAN_STATE")))).serve();
            return;
        }
        Class.forName("dev.mulligan.host.HostAgent"); // where a command begins
        for (String line : LINES) {
            // Whether it succeeds does not matter, and some of them must not.
            int exitCode = MulliganCommand.ofProcess().run(line.split(" ", -1));
            System.err.println("rehearsed: " + line + " (exit code " + exitCode + ")");
        }
    }
}
