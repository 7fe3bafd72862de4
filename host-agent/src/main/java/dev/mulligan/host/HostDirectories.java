package dev.mulligan.host;

import dev.mulligan.vm.VmManager;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/**
 * Where the host agent keeps its files: everything is below one directory, and the README lists every file of it.
 *
 * @param state that directory, absolute
 */
public record HostDirectories(Path state) {
    public HostDirectories {
        state = state.toAbsolutePath().normalize();
    }

    /**
     * {@code MULLIGAN_STATE}; else {@code /var/lib/mulligan} for root, and for others {@code mulligan} in
     * {@code XDG_DATA_HOME} or {@code ~/.local/share}.
     */
    public static HostDirectories of(Map<String, String> environment, boolean root, Path home) {
        String chosen = environment.getOrDefault("MULLIGAN_STATE", "");
        if (!chosen.isEmpty()) {
            return new HostDirectories(Path.of(chosen));
        }
        if (root) {
            return new HostDirectories(Path.of("/var/lib/mulligan"));
        }
        String data = environment.getOrDefault("XDG_DATA_HOME", "");
        return new HostDirectories((data.isEmpty() ? home.resolve(".local/share") : Path.of(data)).resolve("mulligan"));
    }

    public Path config() {
        return state.resolve("config.yaml");
    }

    /** Named scopes, {@code NAME.yaml}; made by people, may be missing. */
    public Path scopes() {
        return state.resolve("scopes");
    }

    /** Sockets and locks; only the owner may look inside, so a socket in it is never open to others. */
    public Path run() {
        return state.resolve("run");
    }

    public Path socket() {
        return run().resolve("host.sock");
    }

    public Path lock() {
        return run().resolve("host.lock");
    }

    public Path journal() {
        return state.resolve("journal.db");
    }

    /** Entries that were moved out of the record. */
    public Path movedOut() {
        return state.resolve("audit");
    }

    public Path machines() {
        return state.resolve("machines");
    }

    public Path images() {
        return state.resolve("images");
    }

    /** Images of granted folders. */
    public Path workspaces() {
        return state.resolve("workspaces");
    }

    /** Content of change sets, and of what applies overwrote. */
    public Path changes() {
        return state.resolve("changes");
    }

    public Path log() {
        return state.resolve("log");
    }

    /**
     * Creates what is missing and sets the permissions. The way to {@link #machines} and {@link #images} stays passable
     * for others, because QEMU may run as a user of its own; what must be private is so by its own permissions.
     *
     * @throws HostException {@code BAD_CONFIG} if the directory cannot be used
     */
    public void create() {
        int length = machines().toString().getBytes(StandardCharsets.UTF_8).length + VmManager.SOCKET_BELOW_DIRECTORY;
        if (length > VmManager.LONGEST_SOCKET_PATH) {
            throw HostException.of(HostErrorCode.BAD_CONFIG, "state directory with a long name")
                    .value(state)
                    .expected("socket paths of at most " + VmManager.LONGEST_SOCKET_PATH
                            + " bytes; the longest in it would have " + length)
                    .remedy("set MULLIGAN_STATE to a shorter path")
                    .build();
        }
        create(state, "rwx--x--x");
        create(run(), "rwx------");
        create(machines(), "rwx--x--x");
        create(images(), "rwx--x--x");
        create(workspaces(), "rwx--x--x");
        create(log(), "rwx------");
    }

    private static void create(Path directory, String permissions) {
        try {
            Files.createDirectories(directory);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(permissions));
        } catch (IOException denied) {
            throw HostException.of(HostErrorCode.BAD_CONFIG, "directory that cannot be used")
                    .value(directory)
                    .expected("a directory that the user " + System.getProperty("user.name") + " owns")
                    .remedy("create it, or set MULLIGAN_STATE to another (" + denied + ")")
                    .cause(denied)
                    .build();
        }
    }
}
