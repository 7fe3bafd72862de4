package dev.mulligan.guest.system;

import dev.mulligan.guest.linux.Kernel;
import dev.mulligan.proto.guest.v1.GetCapabilitiesResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What this guest agent can do here, found out once and then remembered. */
public final class Capabilities {
    private static final List<String> ALWAYS =
            List.of("process", "process.terminal", "files", "files.watch", "sessions");
    private static final List<String> AS_ROOT = List.of(
            "files.restore", "system.clock", "system.entropy", "system.freeze", "system.identity", "workspaces");

    private final boolean cgroups;
    private @Nullable GetCapabilitiesResponse answer;

    /** @param cgroups whether process trees are cgroups */
    public Capabilities(boolean cgroups) {
        this.cgroups = cgroups;
    }

    /** The first call asks each tool for its version, and takes its time. */
    synchronized GetCapabilitiesResponse read() throws IOException {
        GetCapabilitiesResponse known = answer;
        if (known == null) {
            known = findOut();
            answer = known;
        }
        return known;
    }

    private GetCapabilitiesResponse findOut() throws IOException {
        GetCapabilitiesResponse.Builder response = GetCapabilitiesResponse.newBuilder()
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
            response.addCapabilities("process.cgroup");
        }
        if (Kernel.effectiveUserId() == 0) {
            response.addAllCapabilities(AS_ROOT);
        }
        return response.putAllTools(ToolVersions.find()).build();
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
