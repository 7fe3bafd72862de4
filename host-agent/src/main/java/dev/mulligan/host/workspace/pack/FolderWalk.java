package dev.mulligan.host.workspace.pack;

import com.google.protobuf.ByteString;
import dev.mulligan.host.Printable;
import dev.mulligan.host.workspace.linux.FileStatus;
import dev.mulligan.host.workspace.linux.KernelException;
import dev.mulligan.host.workspace.linux.Place;
import dev.mulligan.host.workspace.pack.LeftOut.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Goes through a folder: each folder before what is in it, names in byte order, links not followed, other file systems
 * not entered. What vanishes under way was never there.
 *
 * @param <F> what the visitor remembers of a folder
 */
final class FolderWalk<F> {
    /** What the host agent itself puts into a folder for the moment of an apply begins like this. */
    private static final ByteString OWN = ByteString.copyFromUtf8(".mulligan-");

    private static final ByteString SLASH = ByteString.copyFromUtf8("/");
    private static final ByteString IGNORE_FILE = ByteString.copyFromUtf8(IgnoreRules.FILE);
    private static final int LONGEST_IGNORE_FILE = 1 << 20;
    private static final int LONGEST_PATH = 4096;
    private static final int BUFFER = 1 << 14;

    private final Visitor<F> visitor;
    private long device;

    FolderWalk(Visitor<F> visitor) {
        this.visitor = visitor;
    }

    /** Is told what there is. */
    interface Visitor<F> {
        /** A folder begins. */
        F folder(F parent, Entry entry, Status status) throws IOException;

        /** All that is in a folder has been told. */
        void end(F folder, Status status) throws IOException;

        /** A regular file, to be opened in {@code place}. */
        void file(F parent, Place place, Entry entry, Status status) throws IOException;

        void link(F parent, Entry entry, Status status, ByteString target) throws IOException;

        void leftOut(LeftOut what);
    }

    /**
     * A name in the folder.
     *
     * @param path relative to the folder, as bytes
     * @param name its last part
     * @param text the path for rules: what is no UTF-8 is replaced
     */
    record Entry(ByteString path, ByteString name, String text) {
        /** For people: nothing in it moves a terminal's cursor. */
        String shown() {
            return Printable.of(path);
        }
    }

    /** @param top what the visitor remembers of the folder itself */
    void run(Path folder, F top, IgnoreRules rules) throws IOException {
        try (Place place = open(folder)) {
            Status status = Status.of(place.status());
            device = status.device();
            inside(place, top, new Entry(ByteString.EMPTY, ByteString.EMPTY, ""), rules);
            visitor.end(top, status);
        }
    }

    /** A real path: what has become a link since is refused. */
    private static Place open(Path folder) throws KernelException {
        Path above = folder.getParent();
        if (above == null) {
            return Place.directory(folder);
        }
        try (Place parent = Place.directory(above)) {
            return parent.directory(ByteString.copyFromUtf8(folder.getFileName().toString()));
        }
    }

    private void inside(Place place, F folder, Entry above, IgnoreRules outer) throws IOException {
        String prefix = above.text().isEmpty() ? "" : above.text() + '/';
        IgnoreRules rules = withFile(place, prefix, outer);
        for (ByteString name : names(place)) {
            if (prefix.isEmpty() && name.startsWith(OWN)) {
                continue;
            }
            Entry entry = entry(above, prefix, name);
            try {
                tell(place, folder, entry, rules);
            } catch (KernelException refused) {
                if (refused.isDenied()) {
                    visitor.leftOut(new LeftOut(entry.shown(), Reason.UNREADABLE));
                } else if (!isGone(refused)) {
                    throw refused;
                }
            }
        }
    }

    /** In byte order; a folder that was removed has none. */
    private static List<ByteString> names(Place folder) throws KernelException {
        List<ByteString> names = new ArrayList<>();
        try {
            names.addAll(folder.names(Integer.MAX_VALUE));
        } catch (KernelException removed) {
            if (!isGone(removed)) {
                throw removed;
            }
        }
        names.sort(ByteString.unsignedLexicographicalComparator());
        return names;
    }

    /** Whether what was there is not there any more, or something else is. */
    private static boolean isGone(KernelException refused) {
        return switch (refused.errno()) {
            // EINVAL: readlink(2) of what is no link any more.
            case ENOENT, ENOTDIR, ELOOP, ENXIO, EINVAL -> true;
            default -> false;
        };
    }

    private static Entry entry(Entry above, String prefix, ByteString name) throws IOException {
        ByteString path =
                above.path().isEmpty() ? name : above.path().concat(SLASH).concat(name);
        if (path.size() > LONGEST_PATH) {
            throw new IOException("path: " + above.text() + "/… has " + path.size() + " bytes (expected: at most "
                    + LONGEST_PATH + ")");
        }
        // In one piece: it is kept, compared and written often.
        return new Entry(ByteString.copyFrom(path.asReadOnlyByteBuffer()), name, prefix + name.toStringUtf8());
    }

    private void tell(Place place, F folder, Entry entry, IgnoreRules rules) throws IOException {
        Status status = Status.of(place.status(entry.name()));
        if (rules.leaveOut(entry.text(), status.isFolder())) {
            return;
        }
        if (status.isLink()) {
            visitor.link(folder, entry, status, place.readLink(entry.name()));
        } else if (status.isRegular()) {
            visitor.file(folder, place, entry, status);
        } else if (status.isFolder()) {
            enter(place, folder, entry, rules);
        } else {
            visitor.leftOut(new LeftOut(entry.shown(), Reason.SPECIAL));
        }
    }

    private void enter(Place place, F parent, Entry entry, IgnoreRules rules) throws IOException {
        try (Place inner = place.directory(entry.name())) {
            Status status = Status.of(inner.status());
            if (status.device() != device) {
                visitor.leftOut(new LeftOut(entry.shown(), Reason.OTHER_FILE_SYSTEM));
                return;
            }
            F folder = visitor.folder(parent, entry, status);
            inside(inner, folder, entry, rules);
            visitor.end(folder, status);
        }
    }

    private IgnoreRules withFile(Place place, String prefix, IgnoreRules rules) throws IOException {
        try {
            if (place.status(IGNORE_FILE).type() != FileStatus.Type.FILE) {
                return rules;
            }
            try (Place file = place.file(IGNORE_FILE)) {
                return file.status().type() == FileStatus.Type.FILE ? rules.and(prefix, read(file, prefix)) : rules;
            }
        } catch (KernelException none) {
            if (isGone(none) || none.isDenied()) {
                return rules;
            }
            throw none;
        }
    }

    private static byte[] read(Place file, String prefix) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(BUFFER);
            for (int count = file.read(buffer); count > 0; count = file.read(buffer)) {
                text.write(buffer.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE));
                if (text.size() > LONGEST_IGNORE_FILE) {
                    throw new IOException(prefix + IgnoreRules.FILE + ": larger than 1 MiB (expected: at most that)");
                }
            }
        }
        return text.toByteArray();
    }
}
