package dev.mulligan.host.cli;

import dev.mulligan.proto.host.v1.ExecStart;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** How a program is started in a sandbox by hand. */
final class ExecOptions {
    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME=VALUE",
            description = "Its environment, besides the sandbox's; may be given several times.")
    private Map<String, String> environment = new LinkedHashMap<>();

    @Option(
            names = {"-w", "--workdir"},
            paramLabel = "PATH",
            description = "Where it starts. Default: /home/agent.")
    private String directory = "";

    @Option(names = "--root", description = "As root inside the sandbox.")
    private boolean root;

    ExecStart.Builder start(String sandbox) {
        return ExecStart.newBuilder()
                .setSandbox(sandbox)
                .putAllEnvironment(environment)
                .setWorkingDirectory(directory)
                .setRoot(root);
    }
}
