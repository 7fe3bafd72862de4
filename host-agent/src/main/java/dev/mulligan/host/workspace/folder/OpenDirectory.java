package dev.mulligan.host.workspace.folder;

import com.google.protobuf.ByteString;
import dev.mulligan.host.workspace.LinkTarget;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.linux.FileStatus;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * An open directory and what can be done to the names in it. Held open, it stays the same one whatever happens to the
 * names on the way to it; no method follows a link.
 *
 * <p>Each method that changes something is one step: it has happened, or it has not. For one thread at a time. Errors
 * are {@link dev.mulligan.host.workspace.linux.KernelException}s.
 */
public interface OpenDirectory extends Closeable {
    /**
     * A directory below, by a path without links and mount points on the way; found anew each time.
     *
     * @throws IOException {@code ENOENT}, {@code ENOTDIR}, {@code ELOOP} or {@code EXDEV} if there is no such way
     */
    OpenDirectory below(RelativePath path) throws IOException;

    /** The same directory once more, to be closed by itself. */
    OpenDirectory self() throws IOException;

    /** Of the directory itself. */
    FileStatus status() throws IOException;

    /** Empty if there is nothing of that name. */
    Optional<FileStatus> find(ByteString name) throws IOException;

    /** Opens a regular file. */
    OpenFile open(ByteString name) throws IOException;

    /** Where a link points. */
    LinkTarget readLink(ByteString name) throws IOException;

    /** The names in it, in no order. */
    List<ByteString> names() throws IOException;

    /** The attributes of the directory itself. */
    Attributes attributes() throws IOException;

    /** Changes the attributes of the directory itself. */
    void setAttributes(Attributes attributes) throws IOException;

    /** Creates a file with that content and those attributes; {@code EEXIST}. On the disk it is after {@link #sync}. */
    void createFile(ByteString name, InputStream content, Attributes attributes) throws IOException;

    /** Creates a directory, of mode 0700. */
    void createDirectory(ByteString name) throws IOException;

    /** Creates a link; of the attributes, owner and time count. */
    void createLink(ByteString name, LinkTarget target, Attributes attributes) throws IOException;

    void removeFile(ByteString name) throws IOException;

    /** Removes a directory, which must be empty. */
    void removeDirectory(ByteString name) throws IOException;

    /** Moves it to a name that must be free; {@code EEXIST}. */
    void move(ByteString name, OpenDirectory to, ByteString newName) throws IOException;

    /** Each takes the other's place, in one step. */
    void exchange(ByteString name, OpenDirectory to, ByteString other) throws IOException;

    /** Waits until its names are on the disk. */
    default void sync() throws IOException {
        sync(List.of());
    }

    /** Waits until these files, and all names in it, are on the disk. */
    void sync(Collection<ByteString> files) throws IOException;
}
