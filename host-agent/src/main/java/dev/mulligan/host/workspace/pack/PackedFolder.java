package dev.mulligan.host.workspace.pack;

import dev.mulligan.host.workspace.FolderEntry;
import dev.mulligan.host.workspace.FolderManifest;
import dev.mulligan.host.workspace.LinkTarget;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.Sha256;
import dev.mulligan.host.workspace.pack.ImageShelf.Hold;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An image of a folder. It stays where it is at least until this is closed, and as long as a machine has it. */
public final class PackedFolder implements AutoCloseable {
    private final String digest;
    private final Path image;
    private final PackedList list;
    private final PackReport report;
    private final Hold hold;

    PackedFolder(String digest, Path image, PackedList list, PackReport report, Hold hold) {
        this.digest = digest;
        this.image = image;
        this.list = list;
        this.report = report;
        this.hold = hold;
    }

    /** Its name: 64 hexadecimal digits, the same for folders that look the same from inside. */
    public String digest() {
        return digest;
    }

    /** An EROFS file system. */
    public Path image() {
        return image;
    }

    public PackReport report() {
        return report;
    }

    /** What it has; made anew by each call. */
    public FolderManifest manifest() {
        Map<RelativePath, FolderEntry> content =
                LinkedHashMap.newLinkedHashMap(list.entries().size());
        for (PackedEntry entry : list.entries()) {
            if (!entry.path().isEmpty()) {
                content.put(RelativePath.ofBytes(entry.path()), entry(entry));
            }
        }
        return FolderManifest.of(content);
    }

    private static FolderEntry entry(PackedEntry entry) {
        Status status = entry.status();
        Instant modified = Instant.ofEpochSecond(status.modifiedSeconds(), status.modifiedNanos());
        if (status.isLink()) {
            return new FolderEntry.Link(new LinkTarget(entry.target()));
        }
        return status.isFolder()
                ? new FolderEntry.Directory(status.permissions(), modified)
                : new FolderEntry.File(status.permissions(), entry.size(), modified, new Sha256(entry.sha256()));
    }

    /** The content of a file as it was packed; empty if there is none of that path. */
    public Optional<InputStream> open(RelativePath path) throws IOException {
        Optional<PackedEntry> file = list.entries().stream()
                .filter(entry -> entry.status().isRegular() && entry.path().equals(path.bytes()))
                .findAny();
        return file.isPresent() ? Optional.of(content(file.get())) : Optional.empty();
    }

    private InputStream content(PackedEntry file) throws IOException {
        FileChannel channel = FileChannel.open(image);
        try {
            return new BoundedStream(Channels.newInputStream(channel.position(file.offset())), file.size());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** What there was to say of it, for people and for the record. */
    public List<LeftOut> leftOut() {
        return report.leftOut();
    }

    /** It may be removed now, unless a machine has it. */
    @Override
    public void close() {
        hold.close();
    }
}
