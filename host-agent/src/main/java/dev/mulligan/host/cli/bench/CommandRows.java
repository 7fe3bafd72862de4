package dev.mulligan.host.cli.bench;

import dev.mulligan.host.cli.bench.Row.When;
import dev.mulligan.host.cli.bench.measure.Contest;
import dev.mulligan.host.cli.bench.measure.NotHereException;
import dev.mulligan.host.cli.bench.peer.DockerPeer;
import dev.mulligan.host.cli.bench.peer.Program;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The command line itself, as a whole process. */
final class CommandRows {
    private CommandRows() {}

    static List<Row> all() {
        return List.of(
                row("cli-version", "`mulligan --version` started to its end", "--version"),
                row("cli-status", "`mulligan status` started to its end, a host agent running", "status"));
    }

    private static Row row(String id, String boundary, String argument) {
        return new Row(id, boundary, When.ALWAYS, bench -> {
            Path launcher = bench.surroundings()
                    .home()
                    .map(home -> home.resolve("mulligan"))
                    .orElseThrow(() -> new NotHereException("this is not started by Mulligan's launcher"));
            List<String> command = List.of(launcher.toString(), argument);
            Map<String, String> environment =
                    Map.of("MULLIGAN_HOST", bench.surroundings().endpoint());
            return new Contest(20, () -> Program.run(command, environment), List.of(DockerPeer.version()));
        });
    }
}
