package dev.mulligan.host.workspace.folder;

import com.google.protobuf.ByteString;
import dev.mulligan.host.workspace.LinkTarget;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.folder.LossyDisk.Cell;
import dev.mulligan.host.workspace.folder.LossyDisk.Inode;
import dev.mulligan.host.workspace.linux.FileStatus;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A real directory of which is known what its disk would have of it: {@link LossyDisk}. */
final class LossyDirectory implements OpenDirectory {
    private final OpenDirectory real;
    private final Inode inode;
    private final LossyDisk disk;

    LossyDirectory(OpenDirectory real, Inode inode, LossyDisk disk) {
        this.real = real;
        this.inode = inode;
        this.disk = disk;
    }

    Inode inode() {
        return inode;
    }

    private Inode named(ByteString name) {
        return Objects.requireNonNull(inode.names.get(name), name.toStringUtf8());
    }

    @Override
    public OpenDirectory below(RelativePath path) throws IOException {
        OpenDirectory there = real.below(path);
        Inode at = inode;
        for (ByteString name : path.names()) {
            at = Objects.requireNonNull(at.names.get(name), path.toString());
        }
        return new LossyDirectory(there, at, disk);
    }

    @Override
    public OpenDirectory self() throws IOException {
        return new LossyDirectory(real.self(), inode, disk);
    }

    @Override
    public FileStatus status() throws IOException {
        return real.status();
    }

    @Override
    public Optional<FileStatus> find(ByteString name) throws IOException {
        return real.find(name);
    }

    @Override
    public OpenFile open(ByteString name) throws IOException {
        return real.open(name);
    }

    @Override
    public LinkTarget readLink(ByteString name) throws IOException {
        return real.readLink(name);
    }

    @Override
    public List<ByteString> names() throws IOException {
        return real.names();
    }

    @Override
    public Attributes attributes() throws IOException {
        return real.attributes();
    }

    @Override
    public void setAttributes(Attributes attributes) throws IOException {
        real.setAttributes(attributes);
        disk.done(Map.of(Cell.attributes(inode), attributes), this);
    }

    @Override
    public void createFile(ByteString name, InputStream content, Attributes attributes) throws IOException {
        Inode file = new Inode(FileStatus.Type.FILE, attributes);
        try {
            real.createFile(name, content, attributes);
        } finally {
            // Whatever came of it: if it was cut off, what is there is on no disk either.
            if (real.find(name).isPresent()) {
                try (OpenFile there = real.open(name);
                        InputStream bytes = there.content()) {
                    file.content = ByteString.readFrom(bytes);
                }
                create(name, file);
            }
        }
    }

    @Override
    public void createDirectory(ByteString name) throws IOException {
        real.createDirectory(name);
        FileStatus status = real.find(name).orElseThrow();
        create(
                name,
                new Inode(
                        FileStatus.Type.DIRECTORY,
                        Attributes.of(status.mode(), status.uid(), status.gid(), status.modified())));
    }

    @Override
    public void createLink(ByteString name, LinkTarget target, Attributes attributes) throws IOException {
        real.createLink(name, target, attributes);
        Inode link = new Inode(FileStatus.Type.LINK, attributes.withModified(Instant.now()));
        link.content = target.bytes();
        create(name, link);
        disk.done(Map.of(Cell.attributes(link), attributes), this);
    }

    private void create(ByteString name, Inode created) throws IOException {
        disk.done(Map.of(new Cell(inode, name), created), this);
    }

    @Override
    public void removeFile(ByteString name) throws IOException {
        real.removeFile(name);
        disk.done(Map.of(new Cell(inode, name), LossyDisk.NOTHING), this);
    }

    @Override
    public void removeDirectory(ByteString name) throws IOException {
        real.removeDirectory(name);
        disk.removed(new Cell(inode, name), named(name), this);
    }

    @Override
    public void move(ByteString name, OpenDirectory to, ByteString newName) throws IOException {
        real.move(name, ((LossyDirectory) to).real, newName);
        Inode target = ((LossyDirectory) to).inode;
        disk.done(
                Map.of(new Cell(inode, name), LossyDisk.NOTHING, new Cell(target, newName), named(name)),
                this,
                (LossyDirectory) to);
    }

    @Override
    public void exchange(ByteString name, OpenDirectory to, ByteString other) throws IOException {
        real.exchange(name, ((LossyDirectory) to).real, other);
        Inode target = ((LossyDirectory) to).inode;
        Inode theirs = Objects.requireNonNull(target.names.get(other));
        disk.done(
                Map.of(new Cell(inode, name), theirs, new Cell(target, other), named(name)), this, (LossyDirectory) to);
    }

    @Override
    public void sync(Collection<ByteString> files) throws IOException {
        real.sync(files);
        files.forEach(name -> named(name).synced = true);
        disk.synced(inode);
    }

    @Override
    public void close() throws IOException {
        real.close();
    }
}
