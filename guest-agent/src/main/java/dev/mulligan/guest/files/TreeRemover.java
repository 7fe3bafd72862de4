package dev.mulligan.guest.files;

import dev.mulligan.guest.linux.Directory;
import dev.mulligan.guest.linux.KernelException;
import dev.mulligan.guest.linux.Open;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * Removes a file, or a directory with everything below. Links are removed, never followed: every step goes through the
 * open directory above. Depth costs one open descriptor each, not stack.
 */
public final class TreeRemover {
    private TreeRemover() {}

    /** A directory that is being emptied. */
    private static final class Level implements Closeable {
        private final Directory above;
        private final byte[] name;
        private final Directory directory;
        private final Iterator<byte[]> names;

        private Level(Directory above, byte[] name, Directory directory) throws KernelException {
            this.above = above;
            this.name = name;
            this.directory = directory;
            this.names = directory.names(Integer.MAX_VALUE).iterator();
        }

        @Override
        public void close() throws IOException {
            directory.close();
        }
    }

    public static void remove(Directory parent, byte[] name) throws IOException {
        if (!isDirectory(parent, name)) {
            parent.removeFile(name);
            return;
        }
        Deque<Level> open = new ArrayDeque<>();
        try {
            open.push(enter(parent, name));
            while (!open.isEmpty()) {
                Level level = open.peek();
                if (!level.names.hasNext()) {
                    open.pop().close();
                    level.above.removeDirectory(level.name);
                    continue;
                }
                byte[] next = level.names.next();
                if (isDirectory(level.directory, next)) {
                    open.push(enter(level.directory, next));
                } else {
                    level.directory.removeFile(next);
                }
            }
        } finally {
            for (Level level : open) {
                level.close();
            }
        }
    }

    private static Level enter(Directory above, byte[] name) throws KernelException {
        Directory directory = above.open(name, Open.NOFOLLOW);
        try {
            return new Level(above, name, directory);
        } catch (KernelException e) {
            try {
                directory.close();
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    private static boolean isDirectory(Directory directory, byte[] name) throws KernelException {
        return directory.status(name).isDirectory();
    }
}
