package dev.mulligan.host.workspace.apply;

import com.google.protobuf.ByteString;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.Sha256;
import dev.mulligan.host.workspace.folder.Attributes;
import dev.mulligan.host.workspace.folder.GrantedFolder;
import dev.mulligan.host.workspace.folder.OpenDirectory;
import dev.mulligan.host.workspace.folder.OpenFile;
import dev.mulligan.host.workspace.linux.FileStatus;
import dev.mulligan.host.workspace.linux.KernelException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Optional;

/** Looks at what stands at a path, reading files to the end. */
final class Inspector {
    private static final int BUFFER = 64 * 1024;

    private final Reader reader;

    /** @param reader what to do with the content of a file, of which it returns the digest */
    Inspector(Reader reader) {
        this.reader = reader;
    }

    /** One that only computes digests. */
    static Inspector ofDigests() {
        return new Inspector(Inspector::digest);
    }

    /** Takes a file's content. */
    @FunctionalInterface
    interface Reader {
        Sha256 read(InputStream content) throws IOException;
    }

    Observation look(GrantedFolder folder, RelativePath path) throws IOException {
        try {
            return folder.at(path, this::look);
        } catch (KernelException failure) {
            if (GrantedFolder.isMissing(failure)) {
                return Observation.NOTHING;
            }
            throw failure;
        }
    }

    Observation look(OpenDirectory directory, ByteString name) throws IOException {
        Optional<FileStatus> found = directory.find(name);
        if (found.isEmpty()) {
            return Observation.NOTHING;
        }
        FileStatus status = found.get();
        PathState state = switch (status.type()) {
            case FILE -> file(directory, name, status);
            case DIRECTORY -> directory(directory, name);
            case LINK ->
                new PathState.Link(
                        directory.readLink(name),
                        Attributes.of(status.mode(), status.uid(), status.gid(), status.modified()));
            case OTHER -> new PathState.Special();
        };
        return new Observation(state, found);
    }

    private PathState file(OpenDirectory directory, ByteString name, FileStatus expected) throws IOException {
        try (OpenFile file = directory.open(name)) {
            Attributes attributes = file.attributes();
            Sha256 digest = reader.read(file.content());
            if (!file.status().isSameAs(expected)) {
                throw new EditedException(RelativePath.ofBytes(name));
            }
            return new PathState.File(attributes, expected.size(), digest);
        }
    }

    private static PathState directory(OpenDirectory directory, ByteString name) throws IOException {
        try (OpenDirectory itself = directory.below(RelativePath.ofBytes(name))) {
            return new PathState.Directory(itself.attributes());
        }
    }

    private static Sha256 digest(InputStream content) throws IOException {
        MessageDigest digest = Sha256.digest();
        byte[] buffer = new byte[BUFFER];
        for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
            digest.update(buffer, 0, count);
        }
        return Sha256.finish(digest);
    }
}
