package dev.mulligan.host.workspace.pack;

import com.google.protobuf.ByteString;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The image that was made of the same folder before: what did not change since is taken from there. */
final class Former implements Closeable {
    private final Optional<FileChannel> image;
    private final Map<ByteString, PackedEntry> files;

    private Former(Optional<FileChannel> image, Map<ByteString, PackedEntry> files) {
        this.image = image;
        this.files = files;
    }

    static Former none() {
        return new Former(Optional.empty(), Map.of());
    }

    static Former of(Path image, PackedList list) throws IOException {
        return new Former(Optional.of(FileChannel.open(image)), list.certainFiles());
    }

    /** The file of that path, if it has not changed. */
    Optional<PackedEntry> find(ByteString path, Status status) {
        return Optional.ofNullable(files.get(path))
                .filter(entry -> entry.status().equals(status));
    }

    /** Takes content. */
    interface Sink {
        void take(ByteBuffer bytes) throws IOException;
    }

    /** Hands on the content of a file that {@link #find} found; {@code buffer} is clear. */
    void read(PackedEntry entry, ByteBuffer buffer, Sink sink) throws IOException {
        FileChannel channel = image.orElseThrow();
        long at = entry.offset();
        long end = at + entry.size();
        while (at < end) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
            int count = channel.read(buffer, at);
            if (count < 0) {
                throw new EOFException("image of a folder: shorter than its list says");
            }
            sink.take(buffer.flip());
            at += count;
        }
    }

    @Override
    public void close() throws IOException {
        if (image.isPresent()) {
            image.get().close();
        }
    }
}
