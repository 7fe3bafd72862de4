package dev.mulligan.host.workspace.pack;

import com.google.protobuf.ByteString;
import dev.mulligan.host.Printable;
import dev.mulligan.host.workspace.pack.LeftOut.Reason;
import dev.mulligan.host.workspace.pack.Places.Place;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

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

    private final Places places;
    private final Visitor<F> visitor;
    private long device;

    FolderWalk(Places places, Visitor<F> visitor) {
        this.places = places;
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
        try (Place place = places.folder(folder)) {
            Status status = place.status();
            device = status.device();
            inside(place, top, new Entry(ByteString.EMPTY, ByteString.EMPTY, ""), rules);
            visitor.end(top, status);
        }
    }

    private void inside(Place place, F folder, Entry above, IgnoreRules outer) throws IOException {
        String prefix = above.text().isEmpty() ? "" : above.text() + '/';
        IgnoreRules rules = withFile(place, prefix, outer);
        for (ByteString name : place.names()) {
            if (prefix.isEmpty() && name.startsWith(OWN)) {
                continue;
            }
            Entry entry = entry(above, prefix, name);
            try {
                tell(place, folder, entry, rules);
            } catch (Errno refused) {
                if (refused.isDenied()) {
                    visitor.leftOut(new LeftOut(entry.shown(), Reason.UNREADABLE));
                } else if (!refused.isGone()) {
                    throw refused;
                }
            }
        }
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
        Status status = place.status(entry.name());
        if (rules.leaveOut(entry.text(), status.isFolder())) {
            return;
        }
        if (status.isLink()) {
            visitor.link(folder, entry, status, place.target(entry.name()));
        } else if (status.isRegular()) {
            visitor.file(folder, place, entry, status);
        } else if (status.isFolder()) {
            enter(place, folder, entry, rules);
        } else {
            visitor.leftOut(new LeftOut(entry.shown(), Reason.SPECIAL));
        }
    }

    private void enter(Place place, F parent, Entry entry, IgnoreRules rules) throws IOException {
        try (Place inner = place.folder(entry.name())) {
            Status status = inner.status();
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
            if (!place.status(IGNORE_FILE).isRegular()) {
                return rules;
            }
            try (Place file = place.file(IGNORE_FILE)) {
                return file.status().isRegular() ? rules.and(prefix, read(file, prefix)) : rules;
            }
        } catch (Errno none) {
            if (none.isGone() || none.isDenied()) {
                return rules;
            }
            throw none;
        }
    }

    private static byte[] read(Place file, String prefix) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (ByteBuffer more = file.read(LONGEST_IGNORE_FILE);
                more.hasRemaining();
                more = file.read(LONGEST_IGNORE_FILE)) {
            byte[] bytes = new byte[more.remaining()];
            more.get(bytes);
            text.write(bytes);
            if (text.size() > LONGEST_IGNORE_FILE) {
                throw new IOException(prefix + IgnoreRules.FILE + ": larger than 1 MiB (expected: at most that)");
            }
        }
        return text.toByteArray();
    }
}
