package dev.mulligan.guest.process;

import dev.mulligan.guest.linux.Descriptor;
import dev.mulligan.guest.linux.Errno;
import dev.mulligan.guest.linux.KernelException;
import dev.mulligan.guest.linux.KernelFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An open file of a cgroup that holds numbers, read again and again. Safe for use by several threads; reading after the
 * close finds nothing.
 */
final class CgroupFile implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(CgroupFile.class.getName());

    /** More than any of these files holds in front of what is looked for here. */
    private static final int BYTES = 512;

    private final Optional<Descriptor> file;
    private boolean closed;

    private CgroupFile(Optional<Descriptor> file) {
        this.file = file;
    }

    /** One that this kernel does not have reads as empty. */
    static CgroupFile open(Path path) {
        try {
            return new CgroupFile(Optional.of(Descriptor.openToRead(path)));
        } catch (KernelException e) {
            if (e.errno() != Errno.ENOENT) {
                LOG.log(System.Logger.Level.WARNING, "{0}: cannot open: {1}", path, e);
            }
            return new CgroupFile(Optional.empty());
        }
    }

    /** The number behind {@code key} in a flat-keyed file, or the only one if the key is empty. */
    OptionalLong value(String key) {
        String text = read();
        int at = key.isEmpty() ? 0 : find(text, key);
        if (at < 0 || text.isEmpty()) {
            return OptionalLong.empty();
        }
        long number = 0;
        while (at < text.length() && Character.digit(text.charAt(at), 10) >= 0) {
            number = 10 * number + Character.digit(text.charAt(at++), 10);
        }
        return OptionalLong.of(number);
    }

    /** Where the value behind a key begins; -1 if it is not there. */
    private static int find(String text, String key) {
        for (int line = 0; line >= 0 && line < text.length(); line = text.indexOf('\n', line) + 1) {
            if (text.startsWith(key, line) && text.startsWith(" ", line + key.length())) {
                return line + key.length() + 1;
            }
            if (text.indexOf('\n', line) < 0) {
                break;
            }
        }
        return -1;
    }

    private synchronized String read() {
        if (closed || file.isEmpty()) {
            return "";
        }
        try (Arena arena = Arena.ofConfined()) {
            return KernelFile.read(file.get(), arena.allocate(BYTES));
        } catch (KernelException e) {
            // ENODEV: the cgroup was removed.
            return "";
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        try {
            if (file.isPresent()) {
                file.get().close();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "file of a cgroup: cannot close: {0}", e);
        }
    }
}
