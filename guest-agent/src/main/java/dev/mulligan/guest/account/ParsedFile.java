package dev.mulligan.guest.account;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a file says, parsed when it has changed and remembered otherwise. Safe for use by several threads.
 *
 * <p>Changed means another inode, size or change time: editors and useradd(8) put a new file in place, and the kernel's
 * change time cannot be set back. Two changes within one tick of the kernel's clock (4 ms) that keep the size may be
 * taken for one.
 */
final class ParsedFile<T> {
    private final Path path;
    private final Parser<T> parser;
    private @Nullable Map<String, Object> state;
    private @Nullable T content;

    /** @param parser makes what is remembered out of the file */
    ParsedFile(Path path, Parser<T> parser) {
        this.path = path;
        this.parser = parser;
    }

    synchronized T read() throws IOException {
        Map<String, Object> now = Files.readAttributes(path, "unix:ino,size,ctime");
        T known = content;
        if (known == null || !now.equals(state)) {
            known = parser.parse(path);
            content = known;
            // A change while it was read shows the next time.
            state = isRecent(now) ? null : now;
        }
        return known;
    }

    /** Whether another change may still get the same change time. */
    private static boolean isRecent(Map<String, Object> state) {
        FileTime changed = (FileTime) state.get("ctime");
        return changed == null || System.currentTimeMillis() - changed.toMillis() < 20;
    }

    /** Reads a file. */
    interface Parser<T> {
        T parse(Path path) throws IOException;
    }
}
