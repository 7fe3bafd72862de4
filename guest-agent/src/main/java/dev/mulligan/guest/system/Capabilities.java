package dev.mulligan.guest.system;

import dev.mulligan.guest.linux.Kernel;
import dev.mulligan.proto.guest.v1.GetCapabilitiesResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What this guest agent can do here, found out once and then remembered. */
public final class Capabilities {
    private static final List<String> ALWAYS = List.of("process", "process.terminal", "files", "files.watch");
    private static final List<String> AS_ROOT =
            List.of("files.restore", "system.clock", "system.entropy", "system.freeze");

    private final boolean cgroups;

    /** @param cgroups whether process trees are cgroups */
    public Capabilities(boolean cgroups) {
        this.cgroups = cgroups;
    }

    GetCapabilitiesResponse read() throws IOException {
        GetCapabilitiesResponse.Builder answer = GetCapabilitiesResponse.newBuilder()
                .setVersion(version())
                .setKernel("linux %s %s"
                        .formatted(
                                System.getProperty("os.arch").equals("amd64")
                                        ? "x86_64"
                                        : System.getProperty("os.arch"),
                                Files.readString(Path.of("/proc/sys/kernel/osrelease"))
                                        .strip()))
                .setOperatingSystem(operatingSystem())
                .addAllCapabilities(ALWAYS);
        if (cgroups) {
            answer.addCapabilities("process.cgroup");
        }
        if (Kernel.effectiveUserId() == 0) {
            answer.addAllCapabilities(AS_ROOT);
        }
        return answer.build();
    }

    private static String version() {
        String version = Capabilities.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    private static String operatingSystem() throws IOException {
        for (String line : Files.readAllLines(Path.of("/etc/os-release"))) {
            if (line.startsWith("PRETTY_NAME=")) {
                return line.substring("PRETTY_NAME=".length()).replace("\"", "");
            }
        }
        return "unknown";
    }
}
