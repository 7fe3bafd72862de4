package dev.mulligan.host.workspace;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * What a folder held when it was packed: the paths that the guest was shown, in order, and what stood there. Immutable.
 * Every directory on the way to an entry is an entry itself; the folder as such is none.
 *
 * <p>Two sorted arrays: 100,000 files are some 30 MB, most of it the paths and digests themselves.
 */
public final class FolderManifest {
    /** Of an empty folder. */
    public static final FolderManifest EMPTY = of(Collections.emptySortedMap());

    private final RelativePath[] paths;
    private final FolderEntry[] entries;

    private FolderManifest(RelativePath[] paths, FolderEntry[] entries) {
        this.paths = paths;
        this.entries = entries;
    }

    /** Of these entries, which nobody changes meanwhile; copies. It takes less time the more of them come in order. */
    public static FolderManifest of(Map<RelativePath, FolderEntry> content) {
        RelativePath[] paths = content.keySet().toArray(RelativePath[]::new);
        Arrays.sort(paths);
        FolderEntry[] entries = new FolderEntry[paths.length];
        for (int at = 0; at < paths.length; at++) {
            RelativePath path = paths[at];
            entries[at] = Objects.requireNonNull(content.get(path));
            path.parent().ifPresent(parent -> {
                if (!(content.get(parent) instanceof FolderEntry.Directory)) {
                    throw new IllegalArgumentException(
                            "manifest: " + path + " (expected: a directory at " + parent + ")");
                }
            });
        }
        return new FolderManifest(paths, entries);
    }

    public int size() {
        return paths.length;
    }

    /** What stood at that path. */
    public Optional<FolderEntry> find(RelativePath path) {
        int at = Arrays.binarySearch(paths, path);
        return at < 0 ? Optional.empty() : Optional.of(entries[at]);
    }

    /** The paths below a directory, in order; a view. */
    public List<RelativePath> below(RelativePath directory) {
        int at = Arrays.binarySearch(paths, directory);
        int first = at < 0 ? -at - 1 : at + 1;
        int end = first;
        while (end < paths.length && paths[end].isBelow(directory)) {
            end++;
        }
        return Collections.unmodifiableList(Arrays.asList(paths)).subList(first, end);
    }

    /** Each path with what stood there, in order. */
    public void forEach(BiConsumer<RelativePath, FolderEntry> action) {
        for (int at = 0; at < paths.length; at++) {
            action.accept(paths[at], entries[at]);
        }
    }

    /**
     * Of the content: equal for equal folders. SHA-256 over, for each entry in order: its path and its fields, each
     * behind its length; times in nanoseconds.
     */
    public Sha256 digest() {
        MessageDigest digest = Sha256.digest();
        forEach((path, entry) -> {
            feed(digest, path.bytes());
            switch (entry) {
                case FolderEntry.File(int mode, long size, Instant modified, Sha256 content) -> {
                    feed(digest, 'f', mode, size, modified.getEpochSecond(), modified.getNano());
                    feed(digest, content.bytes());
                }
                case FolderEntry.Directory(int mode, Instant modified) ->
                    feed(digest, 'd', mode, modified.getEpochSecond(), modified.getNano());
                case FolderEntry.Link(LinkTarget target) -> {
                    feed(digest, 'l');
                    feed(digest, target.bytes());
                }
            }
        });
        return Sha256.finish(digest);
    }

    private static void feed(MessageDigest digest, ByteString bytes) {
        feed(digest, bytes.size());
        digest.update(bytes.asReadOnlyByteBuffer());
    }

    private static void feed(MessageDigest digest, long... numbers) {
        ByteBuffer buffer = ByteBuffer.allocate(numbers.length * Long.BYTES);
        buffer.asLongBuffer().put(numbers);
        digest.update(buffer);
    }
}
