package dev.mulligan.host.workspace.folder;

import dev.mulligan.host.workspace.linux.FileStatus;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/** A regular file, open for reading. */
public interface OpenFile extends Closeable {
    /** As it is now. */
    FileStatus status() throws IOException;

    Attributes attributes() throws IOException;

    /** From where it was left; closing it closes nothing else. */
    InputStream content();
}
