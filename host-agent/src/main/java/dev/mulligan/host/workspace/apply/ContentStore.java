package dev.mulligan.host.workspace.apply;

import com.google.protobuf.ByteString;
import dev.mulligan.host.workspace.Sha256;
import dev.mulligan.host.workspace.folder.Attributes;
import dev.mulligan.host.workspace.folder.OpenDirectory;
import dev.mulligan.host.workspace.folder.OpenFile;
import dev.mulligan.host.workspace.linux.Errno;
import dev.mulligan.host.workspace.linux.FileStatus;
import dev.mulligan.host.workspace.linux.KernelException;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Contents of files, each once, by digest. What was put in is whole, and after {@link #sync} it survives a power cut.
 * Several threads may put in and read; {@link #all} and {@link #remove} are for one that is alone with it.
 */
public final class ContentStore implements Closeable {
    private static final String INCOMING = ".incoming-";

    private final OpenDirectory directory;
    private final Attributes attributes;
    private final AtomicLong next = new AtomicLong();
    /** Put in, or about to be, and maybe not on the disk yet: whoever finds one there and relies on it must wait, too. */
    private final Set<Sha256> unsynced = ConcurrentHashMap.newKeySet();

    private ContentStore(OpenDirectory directory, Attributes attributes) {
        this.directory = directory;
        this.attributes = attributes;
    }

    /** Opens the store in that directory, which it closes with itself, and removes what was cut off. */
    public static ContentStore open(OpenDirectory directory) throws IOException {
        for (ByteString name : directory.names()) {
            if (name.toStringUtf8().startsWith(INCOMING)) {
                directory.removeFile(name);
            }
        }
        FileStatus status = directory.status();
        return new ContentStore(directory, Attributes.of(0600, status.uid(), status.gid(), Instant.EPOCH));
    }

    /** Keeps all that the stream has. */
    public Sha256 put(InputStream content) throws IOException {
        ByteString incoming = ByteString.copyFromUtf8(INCOMING + next.getAndIncrement());
        MessageDigest digest = Sha256.digest();
        boolean kept = false;
        try {
            directory.createFile(incoming, new DigestInputStream(unclosed(content), digest), attributes);
            Sha256 result = Sha256.finish(digest);
            unsynced.add(result);
            kept = moved(incoming, name(result));
            return result;
        } finally {
            if (!kept) {
                discard(incoming);
            }
        }
    }

    /** Whether it was not there already. */
    private boolean moved(ByteString incoming, ByteString name) throws IOException {
        if (directory.find(name).isPresent()) {
            return false;
        }
        try {
            directory.move(incoming, directory, name);
            return true;
        } catch (KernelException other) {
            if (other.errno() == Errno.EEXIST) {
                return false;
            }
            throw other;
        }
    }

    /** Keeps these bytes. */
    public Sha256 put(ByteString content) throws IOException {
        return put(content.newInput());
    }

    public boolean has(Sha256 digest) throws IOException {
        return directory.find(name(digest)).isPresent();
    }

    /** Opens one that is there; {@code ENOENT} otherwise. */
    public InputStream open(Sha256 digest) throws IOException {
        OpenFile file = directory.open(name(digest));
        return new FilterInputStream(file.content()) {
            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }

    /** All that are there. */
    public List<Sha256> all() throws IOException {
        return directory.names().stream()
                .map(ByteString::toStringUtf8)
                .filter(name -> !name.startsWith("."))
                .map(Sha256::ofHex)
                .toList();
    }

    /** Removes one that nobody needs; one that is not there is fine. */
    public void remove(Sha256 digest) throws IOException {
        discard(name(digest));
        unsynced.remove(digest);
    }

    /** Waits until all that was put in is on the disk. */
    public void sync() throws IOException {
        List<Sha256> there = new ArrayList<>();
        for (Sha256 digest : unsynced) {
            // What another thread is about to put in is not there yet: that one waits for it.
            if (has(digest)) {
                there.add(digest);
            }
        }
        directory.sync(there.stream().map(ContentStore::name).toList());
        there.forEach(unsynced::remove);
    }

    private void discard(ByteString name) throws IOException {
        if (directory.find(name).isPresent()) {
            directory.removeFile(name);
        }
    }

    private static ByteString name(Sha256 digest) {
        return ByteString.copyFromUtf8(digest.hex());
    }

    private static InputStream unclosed(InputStream content) {
        return new FilterInputStream(content) {
            @Override
            public void close() {}
        };
    }

    @Override
    public void close() throws IOException {
        directory.close();
    }
}
