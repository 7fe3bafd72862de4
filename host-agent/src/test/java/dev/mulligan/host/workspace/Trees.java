package dev.mulligan.host.workspace;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Directory trees in tests: as the manifest of a packed folder, and as text to compare. */
public final class Trees {
    private Trees() {}

    /** As packing sees it. */
    public static FolderManifest manifest(Path folder) throws IOException {
        SortedMap<RelativePath, FolderEntry> entries = new TreeMap<>();
        walk(folder, path -> {
            if (!path.equals(folder)) {
                entries.put(RelativePath.of(folder.relativize(path).toString()), entry(path));
            }
        });
        return FolderManifest.of(entries);
    }

    private static FolderEntry entry(Path path) throws IOException {
        if (Files.isSymbolicLink(path)) {
            return new FolderEntry.Link(
                    LinkTarget.of(Files.readSymbolicLink(path).toString()));
        }
        int mode = mode(path) & FolderEntry.PERMISSIONS;
        Instant modified = Files.getLastModifiedTime(path).toInstant();
        return Files.isDirectory(path)
                ? new FolderEntry.Directory(mode, modified)
                : new FolderEntry.File(
                        mode, Files.size(path), modified, Sha256.of(ByteString.copyFrom(Files.readAllBytes(path))));
    }

    /** Everything about it that people could miss: names, kinds, modes, owners, times and content. */
    public static Map<String, String> snapshot(Path folder) throws IOException {
        return snapshot(folder, _ -> true);
    }

    /** Without times, which a restored name in a directory changes. */
    public static Map<String, String> content(Path folder) throws IOException {
        return snapshot(folder, attribute -> !attribute.equals("time"));
    }

    private static Map<String, String> snapshot(Path folder, Predicate<String> wanted) throws IOException {
        Map<String, String> all = new TreeMap<>();
        walk(folder, path -> {
            String time = wanted.test("time")
                    ? " "
                            + Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS)
                                    .toInstant()
                    : "";
            String owner = Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS) + ":"
                    + Files.getAttribute(path, "unix:gid", LinkOption.NOFOLLOW_LINKS);
            all.put(folder.relativize(path).toString(), kind(path) + " " + owner + time);
        });
        return all;
    }

    private static String kind(Path path) throws IOException {
        if (Files.isSymbolicLink(path)) {
            return "link to " + Files.readSymbolicLink(path);
        }
        String mode = Integer.toOctalString(mode(path));
        if (Files.isDirectory(path)) {
            return "directory " + mode;
        }
        return Files.isRegularFile(path)
                ? "file " + mode + " " + Sha256.of(ByteString.copyFrom(Files.readAllBytes(path)))
                : "special " + mode;
    }

    /** Removes it with all that is in it. */
    public static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(
                    Path directory, @org.jspecify.annotations.Nullable IOException failure) throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Puts a link in the place of whatever is there. */
    public static void replaceByLink(Path path, Path target) throws IOException {
        delete(path);
        Files.createSymbolicLink(path, target);
    }

    /** Puts a FIFO in the place of whatever is there. */
    public static void replaceByFifo(Path path) throws IOException {
        if (Files.exists(path)) {
            delete(path);
        }
        try {
            if (new ProcessBuilder("mkfifo", path.toString()).start().waitFor() != 0) {
                throw new IOException("mkfifo " + path);
            }
        } catch (InterruptedException hurried) {
            throw new IOException(hurried);
        }
    }

    /** Makes {@code to} what {@code from} is, times and all. */
    public static void copy(Path from, Path to) throws IOException {
        if (Files.exists(to)) {
            delete(to);
        }
        walk(
                from,
                path -> Files.copy(
                        path,
                        to.resolve(from.relativize(path).toString()),
                        LinkOption.NOFOLLOW_LINKS,
                        StandardCopyOption.COPY_ATTRIBUTES));
        walk(from, path -> {
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                Files.setLastModifiedTime(
                        to.resolve(from.relativize(path).toString()), Files.getLastModifiedTime(path));
            }
        });
    }

    /** Writes a file with its directories, a while ago. */
    public static Path write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2025-01-01T00:00:00.123456789Z")));
        return file;
    }

    private static int mode(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
    }

    private interface Visit {
        void run(Path path) throws IOException;
    }

    private static void walk(Path folder, Visit visit) throws IOException {
        try (var paths = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                visit.run(path);
            }
        }
    }
}
