package dev.mulligan.host.workspace;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A task at work in a workspace: what it writes becomes the upper layer that a guest would tell of. */
public final class FakeTask implements UpperContent {
    public static final Instant WRITTEN = Instant.parse("2026-02-03T04:05:06.000000007Z");

    private final SortedMap<RelativePath, UpperEntry> layer = new TreeMap<>();
    private final Map<RelativePath, ByteString> contents = new HashMap<>();
    private final Map<RelativePath, ByteString> packed = new HashMap<>();
    private final List<RelativePath> asked = new ArrayList<>();

    public FakeTask write(String path, String text) {
        return write(path, text, 0644);
    }

    public FakeTask write(String path, String text, int mode) {
        return write(RelativePath.of(path), ByteString.copyFromUtf8(text), mode);
    }

    public FakeTask write(RelativePath path, ByteString content, int mode) {
        contents.put(path, content);
        return put(new UpperEntry.File(path, mode, content.size(), WRITTEN, Sha256.of(content)));
    }

    public FakeTask makeDirectory(String path, int mode) {
        return put(new UpperEntry.Directory(RelativePath.of(path), mode, WRITTEN, false));
    }

    public FakeTask replaceDirectory(String path) {
        return put(new UpperEntry.Directory(RelativePath.of(path), 0755, WRITTEN, true));
    }

    public FakeTask link(String path, String target) {
        return put(new UpperEntry.Link(RelativePath.of(path), LinkTarget.of(target)));
    }

    public FakeTask remove(String path) {
        return put(new UpperEntry.Removed(RelativePath.of(path)));
    }

    public FakeTask special(String path, String what) {
        return put(new UpperEntry.Other(RelativePath.of(path), what));
    }

    /** What the guest still has of the folder as it was packed. */
    public FakeTask packed(String path, String text) {
        packed.put(RelativePath.of(path), ByteString.copyFromUtf8(text));
        return this;
    }

    /** As it is, with the directories above it, which the folder has with mode 0755. */
    public FakeTask put(UpperEntry entry) {
        for (RelativePath above : entry.path().ancestors()) {
            layer.putIfAbsent(above, new UpperEntry.Directory(above, 0755, WRITTEN, false));
        }
        layer.put(entry.path(), entry);
        return this;
    }

    public Collection<UpperEntry> entries() {
        return layer.values();
    }

    /** The same, in another order. */
    public List<UpperEntry> reversed() {
        return new ArrayList<>(layer.values()).reversed();
    }

    @Override
    public void read(List<RelativePath> paths, Receiver receiver) throws IOException {
        for (RelativePath path : paths) {
            ByteString content = contents.get(path);
            if (content == null) {
                throw new IOException("no such file: " + path);
            }
            asked.add(path);
            receiver.take(path, content.newInput());
        }
    }

    /** The paths whose content was taken, in that order. */
    public List<RelativePath> asked() {
        return asked;
    }

    @Override
    public Optional<InputStream> openPacked(RelativePath path) {
        return Optional.ofNullable(packed.get(path)).map(ByteString::newInput);
    }
}
