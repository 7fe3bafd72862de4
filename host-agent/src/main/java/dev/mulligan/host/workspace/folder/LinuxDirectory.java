package dev.mulligan.host.workspace.folder;

import com.google.protobuf.ByteString;
import dev.mulligan.host.workspace.LinkTarget;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.linux.Errno;
import dev.mulligan.host.workspace.linux.FileStatus;
import dev.mulligan.host.workspace.linux.KernelException;
import dev.mulligan.host.workspace.linux.Place;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The real one. */
final class LinuxDirectory implements OpenDirectory {
    private static final int BUFFER = 64 * 1024;

    private final Place place;
    private final Resolver resolver;

    LinuxDirectory(Place place, Resolver resolver) {
        this.place = place;
        this.resolver = resolver;
    }

    @Override
    public OpenDirectory below(RelativePath path) throws IOException {
        return new LinuxDirectory(resolver.find(place, path), resolver);
    }

    @Override
    public OpenDirectory self() throws IOException {
        return new LinuxDirectory(place.reopen(), resolver);
    }

    @Override
    public FileStatus status() throws IOException {
        return place.status();
    }

    @Override
    public Optional<FileStatus> find(ByteString name) throws IOException {
        try {
            return Optional.of(place.status(name));
        } catch (KernelException failure) {
            if (failure.errno() == Errno.ENOENT) {
                return Optional.empty();
            }
            throw failure;
        }
    }

    @Override
    public OpenFile open(ByteString name) throws IOException {
        try (Place there = place.look(name)) {
            if (there.status().type() != FileStatus.Type.FILE) {
                throw KernelException.of("open", Errno.EINVAL);
            }
            return new LinuxFile(there.reopen());
        }
    }

    @Override
    public LinkTarget readLink(ByteString name) throws IOException {
        return new LinkTarget(place.readLink(name));
    }

    @Override
    public List<ByteString> names() throws IOException {
        // A description of its own: where the listing stands belongs to it.
        try (Place listed = place.reopen()) {
            return listed.names(Integer.MAX_VALUE);
        }
    }

    @Override
    public Attributes attributes() throws IOException {
        return attributes(place);
    }

    static Attributes attributes(Place place) throws IOException {
        FileStatus status = place.status();
        return new Attributes(
                status.mode(),
                status.uid(),
                status.gid(),
                status.modified(),
                Attributes.kept(place.extendedAttributes().read()));
    }

    @Override
    public void setAttributes(Attributes attributes) throws IOException {
        setAttributes(place, attributes);
    }

    /** The owner first: a change of it clears bits of the mode; the time last: all else may change it. */
    private static void setAttributes(Place place, Attributes attributes) throws IOException {
        FileStatus now = place.status();
        boolean other = now.uid() != attributes.uid() || now.gid() != attributes.gid();
        if (other) {
            place.changeOwner(attributes.uid(), attributes.gid());
        }
        if (other || now.mode() != attributes.mode()) {
            place.changeMode(attributes.mode());
        }
        Map<String, ByteString> there = place.extendedAttributes().read();
        for (Map.Entry<String, ByteString> one : attributes.extended().entrySet()) {
            if (!one.getValue().equals(there.get(one.getKey()))) {
                place.extendedAttributes().set(one.getKey(), one.getValue());
            }
        }
        place.changeModified(attributes.modified());
    }

    @Override
    public void createFile(ByteString name, InputStream content, Attributes attributes) throws IOException {
        try (Place file = place.create(name);
                Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(BUFFER);
            byte[] bytes = new byte[BUFFER];
            for (int count = content.read(bytes); count >= 0; count = content.read(bytes)) {
                MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, count);
                file.write(buffer.asSlice(0, count));
            }
            setAttributes(file, attributes);
        }
    }

    @Override
    public void createDirectory(ByteString name) throws IOException {
        place.makeDirectory(name);
    }

    @Override
    public void createLink(ByteString name, LinkTarget target, Attributes attributes) throws IOException {
        place.makeLink(name, target.bytes());
        FileStatus now = place.status(name);
        if (now.uid() != attributes.uid() || now.gid() != attributes.gid()) {
            place.changeOwner(name, attributes.uid(), attributes.gid());
        }
        place.changeModified(name, attributes.modified());
    }

    @Override
    public void removeFile(ByteString name) throws IOException {
        place.removeFile(name);
    }

    @Override
    public void removeDirectory(ByteString name) throws IOException {
        place.removeDirectory(name);
    }

    @Override
    public void move(ByteString name, OpenDirectory to, ByteString newName) throws IOException {
        place.move(name, ((LinuxDirectory) to).place, newName);
    }

    @Override
    public void exchange(ByteString name, OpenDirectory to, ByteString other) throws IOException {
        place.exchange(name, ((LinuxDirectory) to).place, other);
    }

    @Override
    public void sync(Collection<ByteString> files) throws IOException {
        FileSync.all(place, files);
        place.sync();
    }

    @Override
    public void close() throws IOException {
        place.close();
    }
}
