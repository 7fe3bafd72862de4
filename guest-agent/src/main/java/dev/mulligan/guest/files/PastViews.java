package dev.mulligan.guest.files;

import dev.mulligan.guest.linux.Directory;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What lies over the guest's own disk and was not on it as such: each place as it was, to be looked at as from the root. */
public interface PastViews {
    /** Of a guest that has nothing but its disk. */
    PastViews NONE = oldDisk -> List.of();

    /**
     * Opens them; the caller closes each, the last one first.
     *
     * @param oldDisk where the disk of then is mounted
     */
    List<View> open(Path oldDisk) throws IOException;

    /** A place as it was. */
    interface View extends Closeable {
        /** Where it is. */
        BytePath place();

        /** A root in which the place is under its path. */
        Directory root();
    }
}
