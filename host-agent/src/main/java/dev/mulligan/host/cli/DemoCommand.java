package dev.mulligan.host.cli;

import dev.mulligan.host.cli.terminal.Interrupts;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code mulligan demo}. */
@Command(
        name = "demo",
        description = {
            "Do the real thing once: create a sandbox, run Python, Node.js and the shell in it, damage a file and take"
                    + " that back, wreck the machine and take that back, let a task work on a folder and take the good half,"
                    + " read the record, verify it, clean up.",
            "Every step checks what it promises; exit code 1 if one is not kept. Ctrl-C cleans up."
        },
        footer = {"", "Example:", "  mulligan demo"})
final class DemoCommand implements Callable<Integer> {
    private final Invocation invocation;

    DemoCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        Thread story = Thread.currentThread();
        try (DemoStage stage = new DemoStage(invocation);
                Interrupts.Handling _ = invocation.interrupts().handle(story::interrupt)) {
            new Demo(stage).play();
        }
        return ExitCode.OK.number();
    }
}
