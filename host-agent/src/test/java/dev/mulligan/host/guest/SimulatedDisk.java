package dev.mulligan.host.guest;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** The file system of a simulated guest: a sorted map from path to node. Safe for use by several threads. */
public final class SimulatedDisk {
    private final NavigableMap<GuestPath, Node> nodes = new TreeMap<>();

    public SimulatedDisk() {
        List.of("/", "/etc", "/home", "/home/agent", "/tmp", "/usr", "/usr/bin")
                .forEach(path -> nodes.put(GuestPath.of(path), Node.directory()));
        nodes.put(GuestPath.of("/usr/bin/env"), Node.file("#!".getBytes(StandardCharsets.UTF_8), 0755));
    }

    /** A file, or a directory: then without content. */
    public record Node(Optional<ByteString> content, int mode, Instant modified) {
        static Node directory() {
            return new Node(Optional.empty(), 0755, Instant.EPOCH);
        }

        static Node file(byte[] content, int mode) {
            return new Node(Optional.of(ByteString.copyFrom(content)), mode, Instant.EPOCH);
        }

        boolean isDirectory() {
            return content.isEmpty();
        }

        /** Empty for a directory. */
        public byte[] bytes() {
            return content.orElse(ByteString.EMPTY).toByteArray();
        }
    }

    public synchronized Map<GuestPath, Node> snapshot() {
        return Map.copyOf(nodes);
    }

    public synchronized void restore(Map<GuestPath, Node> state) {
        nodes.clear();
        nodes.putAll(state);
    }

    public synchronized Optional<Node> find(GuestPath path) {
        return Optional.ofNullable(nodes.get(path));
    }

    /** Text of a file, for assertions; empty if it is not there. */
    public Optional<String> text(String path) {
        return find(GuestPath.of(path)).map(node -> new String(node.bytes(), StandardCharsets.UTF_8));
    }

    /** Writes a file and its missing parents. */
    public void write(String path, String text) {
        write(GuestPath.of(path), text.getBytes(StandardCharsets.UTF_8), 0644, true);
    }

    synchronized void write(GuestPath path, byte[] content, int mode, boolean parents) {
        if (find(path).filter(Node::isDirectory).isPresent()) {
            throw Status.FAILED_PRECONDITION.withDescription("is a directory").asRuntimeException();
        }
        requireParent(path, parents);
        nodes.put(path, Node.file(content, mode));
    }

    synchronized void makeDirectory(GuestPath path) {
        requireParent(path, true);
        nodes.putIfAbsent(path, Node.directory());
    }

    private void requireParent(GuestPath path, boolean make) {
        if (path.equals(GuestPath.ROOT)) {
            return;
        }
        String text = path.toString();
        GuestPath parent = GuestPath.of(text.substring(0, Math.max(1, text.lastIndexOf('/'))));
        if (!nodes.containsKey(parent)) {
            if (!make) {
                throw Status.NOT_FOUND.withDescription("no parent").asRuntimeException();
            }
            makeDirectory(parent);
        }
    }

    synchronized NavigableMap<GuestPath, Node> children(GuestPath directory) {
        NavigableMap<GuestPath, Node> children = new TreeMap<>(nodes);
        children.keySet().removeIf(path -> !path.isChildOf(directory));
        return children;
    }

    /** Removes a path and everything below; returns whether it was there. */
    public synchronized boolean remove(GuestPath path) {
        nodes.keySet().removeIf(other -> other.isBelow(path));
        return nodes.remove(path) != null;
    }

    synchronized void move(GuestPath source, GuestPath target) {
        Node node = nodes.remove(source);
        if (node == null) {
            throw Status.NOT_FOUND.withDescription("no source").asRuntimeException();
        }
        nodes.put(target, node);
    }

    /** Makes a path what it was in another state of the disk; returns whether it was there. */
    synchronized boolean copyBack(GuestPath path, Map<GuestPath, Node> older) {
        remove(path);
        older.forEach((other, node) -> {
            if (other.equals(path) || other.isBelow(path)) {
                nodes.put(other, node);
            }
        });
        return older.containsKey(path);
    }
}
