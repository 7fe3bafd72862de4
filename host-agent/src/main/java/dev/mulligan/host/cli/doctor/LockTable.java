package dev.mulligan.host.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Who holds which file lock, as the kernel tells everybody (/proc/locks, proc_locks(5)). To try the lock instead could
 * make somebody fail who wants it at that moment.
 */
record LockTable(Path proc) {
    /** Whether some process holds a lock on the file. Where that cannot be known, it counts as held. */
    boolean held(Path file) throws IOException {
        Object inode;
        try {
            inode = Files.getAttribute(file, "unix:ino");
        } catch (NoSuchFileException neverTaken) {
            return false;
        }
        try {
            // Only the inode: several file systems show another device here than to stat. Waiters have an arrow.
            Pattern holder = Pattern.compile("(?m)^\\d+: [A-Z].* [0-9a-f]+:[0-9a-f]+:" + inode + " ");
            return holder.matcher(Files.readString(proc.resolve("locks"))).find();
        } catch (IOException unknown) {
            return true;
        }
    }
}
