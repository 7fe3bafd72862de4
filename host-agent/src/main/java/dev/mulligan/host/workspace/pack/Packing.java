package dev.mulligan.host.workspace.pack;

import com.google.protobuf.ByteString;
import dev.mulligan.host.workspace.Sha256;
import dev.mulligan.host.workspace.erofs.Content;
import dev.mulligan.host.workspace.erofs.ErofsWriter;
import dev.mulligan.host.workspace.erofs.Folder;
import dev.mulligan.host.workspace.erofs.Inode;
import dev.mulligan.host.workspace.linux.Errno;
import dev.mulligan.host.workspace.linux.KernelException;
import dev.mulligan.host.workspace.linux.Place;
import dev.mulligan.host.workspace.pack.FolderWalk.Entry;
import dev.mulligan.host.workspace.pack.FolderWalk.Visitor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads, hashes and packs a folder, in one pass over the same bytes. */
final class Packing implements Visitor<Folder> {
    private static final int ATTEMPTS = 3;
    private static final int BUFFER = 1 << 20;

    private final ErofsWriter writer;
    private final Former former;
    private final MessageDigest sha256 = Sha256.digest();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    private final List<PackedEntry> entries = new ArrayList<>();
    private final List<LeftOut> leftOut = new ArrayList<>();
    private final List<String> unsteady = new ArrayList<>();

    Packing(ErofsWriter writer, Former former) {
        this.writer = writer;
        this.former = former;
    }

    List<PackedEntry> entries() {
        return entries;
    }

    List<LeftOut> leftOut() {
        return leftOut;
    }

    /** Files that changed each time they were read: what the image has is what was read last. */
    List<String> unsteady() {
        return unsteady;
    }

    @Override
    public Folder folder(Folder parent, Entry entry, Status status) throws IOException {
        entries.add(PackedEntry.folder(entry.path(), status));
        return parent.folder(entry.name());
    }

    @Override
    public void end(Folder folder, Status status) throws IOException {
        if (folder == writer.root()) {
            entries.add(PackedEntry.folder(ByteString.EMPTY, status));
        }
        folder.end(status.attributes());
    }

    @Override
    public void link(Folder parent, Entry entry, Status status, ByteString target) throws IOException {
        entries.add(PackedEntry.link(entry.path(), status, target));
        parent.link(entry.name(), status.attributes(), target);
    }

    @Override
    public void leftOut(LeftOut what) {
        leftOut.add(what);
    }

    @Override
    public void file(Folder parent, Place place, Entry entry, Status status) throws IOException {
        Optional<PackedEntry> known = former.find(entry.path(), status);
        if (known.isPresent()) {
            Content content = writer.content();
            former.read(known.get(), buffer, content::write);
            add(parent, entry, content, status, known.get().sha256());
        } else {
            read(parent, place, entry);
        }
    }

    private void read(Folder parent, Place place, Entry entry) throws IOException {
        Content content = writer.content();
        Status status = read(place, entry, content);
        for (int attempt = 1; status.isUncertain() && attempt < ATTEMPTS; attempt++) {
            content.restart();
            status = read(place, entry, content);
        }
        if (status.isUncertain()) {
            unsteady.add(entry.shown());
        }
        add(parent, entry, content, status, ByteString.copyFrom(sha256.digest()));
    }

    /** Returns an uncertain status if the file changed meanwhile. */
    private Status read(Place place, Entry entry, Content content) throws IOException {
        try (Place file = place.file(entry.name())) {
            Status before = Status.of(file.status());
            if (!before.isRegular()) {
                throw KernelException.of("openat", Errno.ENOENT);
            }
            sha256.reset();
            // No more than there was: what grows faster than it is read has no end.
            long left = before.size();
            for (ByteBuffer more = next(file, left); more.hasRemaining(); more = next(file, left)) {
                left -= more.remaining();
                sha256.update(more.duplicate());
                content.write(more);
            }
            boolean steady = Status.of(file.status()).equals(before) && content.size() == before.size();
            return steady ? before : before.uncertain();
        }
    }

    /** The next bytes of a file, at most so many; none: the end. */
    private ByteBuffer next(Place file, long most) throws IOException {
        buffer.clear().limit((int) Math.min(BUFFER, most));
        return buffer.limit(file.read(MemorySegment.ofBuffer(buffer)));
    }

    private void add(Folder parent, Entry entry, Content content, Status status, ByteString digest) throws IOException {
        long size = content.size();
        Inode inode = content.end(status.attributes());
        parent.add(entry.name(), inode);
        entries.add(PackedEntry.file(entry.path(), status, digest, size, inode.contentOffset()));
    }
}
