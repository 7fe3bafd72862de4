package dev.mulligan.host.cli.doctor;

import dev.mulligan.host.HostDirectories;
import dev.mulligan.vm.DataSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The state directory: there, ours, closed to others, and with room. */
record StateCheck(HostDirectories directories) implements Check {
    private static final DataSize ENOUGH = DataSize.ofGibibytes(5);
    private static final DataSize LEAST = DataSize.ofGibibytes(1);

    @Override
    public List<Finding> run() {
        Path state = directories.state();
        List<Finding> findings = new ArrayList<>();
        try {
            findings.add(permissions(state));
            findings.add(space(state));
        } catch (IOException unreadable) {
            findings.add(
                    Finding.fail("state", state + ": " + unreadable, "set MULLIGAN_STATE to a directory of your own"));
        }
        return findings;
    }

    private Finding permissions(Path state) throws IOException {
        if (!Files.exists(state)) {
            return Finding.ok("state", state + " (created when it is needed)");
        }
        if (!Files.isDirectory(state) || !Files.isWritable(state)) {
            return Finding.fail(
                    "state",
                    state + " is not a directory that this user can write to",
                    "set MULLIGAN_STATE to another");
        }
        if (Files.exists(directories.run())) {
            Set<PosixFilePermission> run = Files.getPosixFilePermissions(directories.run());
            if (!PosixFilePermissions.fromString("rwx------").containsAll(run)) {
                return Finding.fail(
                        "state",
                        directories.run() + " is open to others (" + PosixFilePermissions.toString(run)
                                + "): whoever reaches the socket in it may do everything",
                        "chmod 700 " + directories.run());
            }
        }
        return Finding.ok("state", state.toString());
    }

    private static Finding space(Path state) throws IOException {
        Path existing = state;
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        DataSize usable = DataSize.ofBytes(Files.getFileStore(existing).getUsableSpace());
        String detail = usable.toDisplayString() + " free for " + state;
        if (usable.compareTo(LEAST) < 0) {
            return Finding.fail(
                    "disk", detail, "an image and a sandbox need some 2 GiB; free some, or move MULLIGAN_STATE");
        }
        return usable.compareTo(ENOUGH) < 0
                ? Finding.warn("disk", detail, "enough to begin with; checkpoints with memory take 0.3 to 1 GiB each")
                : Finding.ok("disk", detail);
    }
}
