package dev.mulligan.host.cli.doctor;

import dev.mulligan.proto.host.v1.FindLeftoversResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What no sandbox owns. The host agent knows. Without it only QEMU processes are looked at, for a full search would
 * open the machines' directory, which repairs it on the way, and a doctor changes nothing.
 */
record LeftoversCheck(Path machines, Path proc, Optional<FindLeftoversResponse> found) implements Check {
    private static final String NAME = "leftovers";

    @Override
    public List<Finding> run() {
        if (found.isPresent()) {
            if (found.get().getLeftoversCount() == 0) {
                return List.of(Finding.ok(NAME, "none"));
            }
            return found.get().getLeftoversList().stream()
                    .map(leftover ->
                            Finding.warn(NAME, leftover.getKind() + " " + leftover.getName(), leftover.getRemedy()))
                    .toList();
        }
        List<Finding> findings = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                machineOf(process)
                        .filter(machine -> !Files.isDirectory(machine))
                        .ifPresent(machine -> findings.add(Finding.warn(
                                NAME,
                                "process " + process.getFileName() + " of the machine " + machine + ", which is gone",
                                "kill " + process.getFileName())));
            }
        } catch (IOException unreadable) {
            findings.add(Finding.warn(NAME, "processes cannot be listed: " + unreadable, ""));
        }
        if (findings.isEmpty()) {
            findings.add(Finding.ok(
                    NAME, "no process without a machine; while the host agent runs, 'mulligan doctor' looks for more"));
        }
        return findings;
    }

    /** The machine's directory that a QEMU process names in its arguments. */
    private Optional<Path> machineOf(Path process) {
        try {
            String arguments = new String(Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.UTF_8);
            Matcher machine = Pattern.compile(Pattern.quote(machines + "/") + "([A-Za-z0-9_.-]+)")
                    .matcher(arguments);
            return arguments.contains("qemu") && machine.find()
                    ? Optional.of(machines.resolve(machine.group(1)))
                    : Optional.empty();
        } catch (IOException ended) {
            return Optional.empty();
        }
    }
}
