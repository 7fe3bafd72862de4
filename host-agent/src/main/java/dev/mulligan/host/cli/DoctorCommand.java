package dev.mulligan.host.cli;

import dev.mulligan.host.HostException;
import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.host.cli.doctor.Doctor;
import dev.mulligan.host.cli.doctor.Finding;
import dev.mulligan.host.cli.terminal.Colours;
import dev.mulligan.host.cli.terminal.Printable;
import dev.mulligan.proto.host.v1.FindLeftoversRequest;
import dev.mulligan.proto.host.v1.FindLeftoversResponse;
import dev.mulligan.proto.host.v1.GetStatusRequest;
import dev.mulligan.proto.host.v1.GetStatusResponse;
import io.grpc.StatusException;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code mulligan doctor}. */
@Command(
        name = "doctor",
        description = {
            "Say whether this machine is ready, what is missing, and what is left over. Changes nothing.",
            "Exit code 5 if sandboxes will not run; with --output json one finding a line."
        },
        footer = {"", "Example:", "  mulligan doctor"})
final class DoctorCommand implements Callable<Integer> {
    private final Invocation invocation;

    DoctorCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        Optional<GetStatusResponse> status = Optional.empty();
        Optional<FindLeftoversResponse> leftovers = Optional.empty();
        try {
            HostClient client = invocation.host();
            status = Optional.of(client.host(Patience.ANSWER).getStatus(GetStatusRequest.getDefaultInstance()));
            leftovers =
                    Optional.of(client.host(Patience.ANSWER).findLeftovers(FindLeftoversRequest.getDefaultInstance()));
        } catch (HostException | StatusException silent) {
            // A finding of its own.
        }
        Set<Finding.Level> levels = EnumSet.noneOf(Finding.Level.class);
        String path = invocation.environment().getOrDefault("PATH", "/usr/bin:/bin");
        new Doctor(invocation.state(), path, status, leftovers).examine(finding -> {
            levels.add(finding.level());
            show(finding);
        });
        return (levels.contains(Finding.Level.FAIL) ? ExitCode.NOT_READY : ExitCode.OK).number();
    }

    private void show(Finding finding) {
        if (invocation.json()) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("level", finding.level());
            fields.put("name", finding.name());
            fields.put("detail", finding.detail());
            fields.put("remedy", finding.remedy());
            invocation.printLine(Json.object(fields));
            return;
        }
        Colours colours = invocation.colours();
        String mark = String.format("%-4s", finding.level());
        invocation.printLine(switch (finding.level()) {
                    case OK -> colours.good(mark);
                    case WARN -> colours.doubtful(mark);
                    case FAIL -> colours.bad(mark);
                }
                + "  " + String.format("%-13s", finding.name()) + " " + Printable.of(finding.detail()));
        if (!finding.remedy().isEmpty()) {
            invocation.printLine(" ".repeat(20) + "-> " + Printable.of(finding.remedy()));
        }
    }
}
