package dev.mulligan.host.cli;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.terminal.Console;
import dev.mulligan.host.cli.terminal.RawTerminal;
import dev.mulligan.proto.host.v1.ExecStart;
import dev.mulligan.proto.host.v1.TerminalSize;
import io.grpc.StatusException;
import java.io.IOException;

/** Runs one program in a sandbox on this process's terminal. */
record TerminalProgram(Invocation invocation) {
    int run(HostClient client, ExecStart.Builder start) throws StatusException, InterruptedException, IOException {
        Console console = invocation.console();
        if (!console.inputIsTerminal() || !console.outputIsTerminal()) {
            throw HostException.of(HostErrorCode.INVALID_ARGUMENT, "no terminal")
                    .value(console.inputIsTerminal() ? "standard output" : "standard input")
                    .expected("a terminal")
                    .remedy("use 'mulligan sandbox exec -i SANDBOX PROGRAM' in scripts")
                    .build();
        }
        try (RawTerminal terminal = RawTerminal.open()) {
            GuestProgram program = new GuestProgram(invocation, client);
            terminal.onResize(program::resize);
            if (!start.containsEnvironment("TERM")) {
                start.putEnvironment("TERM", invocation.environment().getOrDefault("TERM", "xterm"));
            }
            return program.run(
                    start.setTerminal(TerminalSize.newBuilder()
                                    .setColumns(terminal.columns())
                                    .setRows(terminal.rows()))
                            .build(),
                    true);
        }
    }
}
