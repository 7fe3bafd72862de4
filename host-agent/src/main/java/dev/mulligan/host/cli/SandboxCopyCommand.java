package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.terminal.Printable;
import io.grpc.StatusException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mulligan sandbox cp}. */
@Command(
        name = "cp",
        description = {
            "Copy a file or a directory into a sandbox or out of it. One side is SANDBOX:/PATH; the other a path of this"
                    + " machine, or - for standard input or output (a directory is then a tar archive).",
            "Into an existing directory it goes under its own name. Owners, set-user-id bits, devices, and symbolic links"
                    + " that lead out of what is copied do not come along; exit code 1 says that something was left out.",
            "With --output json, what was copied and what was left out; but not with - as the target, where the data goes."
        },
        footer = {
            "",
            "Example:",
            "  mulligan sandbox cp report.csv web:/home/agent/",
            "  mulligan sandbox cp web:/home/agent/out ./out",
            "  mulligan sandbox cp web:/etc/hosts -"
        })
final class SandboxCopyCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "SOURCE", description = "SANDBOX:/PATH, PATH or -")
    private String source = "";

    @Parameters(index = "1", paramLabel = "TARGET", description = "SANDBOX:/PATH, PATH or -")
    private String target = "";

    @Option(names = "--root", description = "As root inside the sandbox.")
    private boolean root;

    private final List<String> leftOut = new ArrayList<>();

    SandboxCopyCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException, InterruptedException, IOException {
        CopyPlace to = CopyPlace.parse(target);
        try {
            copy(CopyPlace.parse(source), to);
        } catch (CallInputStream.CallFailedException failed) {
            throw failed.status();
        }
        if (invocation.json() && !(to instanceof CopyPlace.Stream)) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("copied", source);
            fields.put("to", target);
            fields.put("leftOut", leftOut);
            invocation.printLine(Json.object(fields));
        }
        return (leftOut.isEmpty() ? ExitCode.OK : ExitCode.FAILED).number();
    }

    private void copy(CopyPlace from, CopyPlace to) throws StatusException, InterruptedException, IOException {
        switch (from) {
            case CopyPlace.Guest guest -> {
                switch (to) {
                    case CopyPlace.Local local -> out(guest).toPath(local.path());
                    case CopyPlace.Stream _ ->
                        out(guest).toStream(invocation.console().output());
                    case CopyPlace.Guest _ -> throw wrong("two sandboxes");
                }
            }
            case CopyPlace.Local local -> in(to).fromPath(local.path());
            case CopyPlace.Stream _ -> in(to).fromStream(invocation.console().input());
        }
    }

    private CopyOut out(CopyPlace.Guest guest) {
        return new CopyOut(files(guest), guest, this::skipped);
    }

    private CopyIn in(CopyPlace to) {
        if (to instanceof CopyPlace.Guest guest) {
            return new CopyIn(files(guest), guest, this::skipped);
        }
        throw wrong("no sandbox");
    }

    private GuestFiles files(CopyPlace.Guest guest) {
        HostClient client = invocation.host();
        return new GuestFiles(client, guest.sandbox(), root);
    }

    private ParameterException wrong(String what) {
        return new ParameterException(
                spec.commandLine(),
                what + ": " + source + " " + target + " (expected: SANDBOX:/PATH on exactly one side, absolute there)");
    }

    private void skipped(String what) {
        leftOut.add(what);
        invocation.say("left out: " + Printable.of(what));
    }
}
