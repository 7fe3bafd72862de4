package dev.mulligan.guest.files;

import dev.mulligan.guest.linux.Command;
import dev.mulligan.guest.linux.Descriptor;
import dev.mulligan.guest.linux.Directory;
import dev.mulligan.guest.linux.FileStatus;
import dev.mulligan.guest.linux.Open;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Copies a file or tree with everything that belongs to it: content, holes, mode, owner, times, extended attributes, hard
 * links among its files. cp(1) of the guest does the work: nobody has done it longer.
 */
final class ExactCopy {
    private ExactCopy() {}

    static void copy(Directory from, byte[] name, Directory to, byte[] newName) throws IOException {
        FileStatus status = from.status(name);
        if (status.isSymbolicLink()) {
            to.makeLink(newName, from.readLink(name));
            to.changeOwner(newName, status.uid(), status.gid());
            to.changeModified(newName, status.modified());
            return;
        }
        // Both ends go by way of our open descriptors: names that are no text never reach a command line.
        String descriptors = "/proc/" + ProcessHandle.current().pid() + "/fd/";
        try (Descriptor source = from.openFile(name, Open.PATH | Open.NOFOLLOW, 0)) {
            Command.run(List.of(
                    "/bin/cp",
                    "--archive",
                    "-H",
                    "--no-target-directory",
                    "--reflink=auto",
                    descriptors + source.number(),
                    descriptors + to.number() + "/" + new String(newName, StandardCharsets.US_ASCII)));
        }
    }
}
