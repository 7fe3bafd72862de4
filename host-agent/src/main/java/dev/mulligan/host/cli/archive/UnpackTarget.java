package dev.mulligan.host.cli.archive;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The directory that an archive is unpacked into. Every path given here is below it by its name; this class sees to it
 * that it also is on the disk, where a symbolic link may lie in the way.
 */
final class UnpackTarget {
    private static final int BUFFER = 1 << 16;

    private final Path directory;
    private final Set<Path> files = new HashSet<>();
    private final Map<Path, Set<PosixFilePermission>> directories = new LinkedHashMap<>();

    UnpackTarget(Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
    }

    Path directory() {
        return directory;
    }

    Path relative(Path path) {
        return directory.relativize(path);
    }

    /** BAD_PATH for the directory itself, where something else than a directory was sent in its place. */
    void requireInside(Path path) {
        if (path.equals(directory) || !path.startsWith(directory)) {
            throw refused(path, "a name below the directory");
        }
    }

    /** Its permissions are set in the end: it must be writable as long as it is filled. */
    void createDirectory(Path path, Set<PosixFilePermission> permissions) throws IOException {
        createParents(path);
        if (!Files.isDirectory(path, NOFOLLOW_LINKS)) {
            refuseUnlessAbsent(path);
            Files.createDirectory(path);
            Set<PosixFilePermission> usable = new HashSet<>(permissions);
            usable.addAll(Permissions.of(0700));
            directories.put(path, usable);
        }
    }

    /** Writes beside the target and then renames, so that nothing is written through what lies there. */
    long writeFile(Path path, Set<PosixFilePermission> permissions, InputStream content, long limit)
            throws IOException {
        createParents(path);
        Path partial = Files.createTempFile(parent(path), ".mulligan-", ".part");
        try {
            long written = 0;
            try (OutputStream output = Files.newOutputStream(partial, NOFOLLOW_LINKS)) {
                byte[] buffer = new byte[BUFFER];
                int count = content.read(buffer);
                while (count >= 0) {
                    written += count;
                    if (written > limit) {
                        throw TarUnpacker.tooMuch("bytes", limit);
                    }
                    output.write(buffer, 0, count);
                    count = content.read(buffer);
                }
            }
            Files.setPosixFilePermissions(partial, permissions);
            replace(partial, path);
            files.add(path);
            return written;
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    /** False if the existing one is no file that was unpacked here. */
    boolean hardLink(Path path, Path existing) throws IOException {
        if (!files.contains(existing) || path.equals(existing)) {
            return false;
        }
        createParents(path);
        if (Files.isDirectory(path, NOFOLLOW_LINKS)) {
            throw refused(path, "no directory in the place of a file");
        }
        Files.deleteIfExists(path);
        Files.createLink(path, existing);
        files.add(path);
        return true;
    }

    /** False if the link would lead out, or through another link, which is not followed to find out. */
    boolean link(Path path, String target) throws IOException {
        createParents(path);
        if (target.isEmpty() || target.startsWith("/") || !staysInside(parent(path), target)) {
            return false;
        }
        if (Files.isDirectory(path, NOFOLLOW_LINKS)) {
            throw refused(path, "no directory in the place of a link");
        }
        Files.deleteIfExists(path);
        Files.createSymbolicLink(path, Path.of(target));
        files.remove(path);
        return true;
    }

    void finish() throws IOException {
        for (Map.Entry<Path, Set<PosixFilePermission>> entry : directories.entrySet()) {
            Files.setPosixFilePermissions(entry.getKey(), entry.getValue());
        }
    }

    /**
     * Walks the way of a link on the disk. A step up is fine only from a real directory: from a link, or from what may
     * become one, nobody knows where it leads.
     */
    private boolean staysInside(Path start, String target) {
        Path here = start;
        String[] components = target.split("/", -1);
        for (int index = 0; index < components.length; index++) {
            String component = components[index];
            if (component.equals("..")) {
                if (!Files.isDirectory(here, NOFOLLOW_LINKS) || here.equals(directory)) {
                    return false;
                }
                here = parent(here);
            } else if (!component.isEmpty() && !component.equals(".")) {
                try {
                    here = here.resolve(component);
                } catch (InvalidPathException unusable) {
                    return false;
                }
                if (Files.isSymbolicLink(here) && index < components.length - 1) {
                    return false;
                }
            }
        }
        return here.startsWith(directory);
    }

    /** Every directory on the way must be a real one. */
    private void createParents(Path path) throws IOException {
        if (path.equals(directory)) {
            Files.createDirectories(parent(directory));
            return;
        }
        if (!Files.isDirectory(directory, NOFOLLOW_LINKS)) {
            Files.createDirectories(directory);
        }
        Path here = directory;
        for (Path component : directory.relativize(parent(path))) {
            if (component.toString().isEmpty()) {
                continue;
            }
            here = here.resolve(component);
            if (!Files.isDirectory(here, NOFOLLOW_LINKS)) {
                refuseUnlessAbsent(here);
                Files.createDirectory(here);
            }
        }
    }

    /** Only the root of all has none, and nothing is unpacked there. */
    private static Path parent(Path path) {
        return Objects.requireNonNullElse(path.getParent(), path);
    }

    private static void replace(Path partial, Path path) throws IOException {
        if (Files.isDirectory(path, NOFOLLOW_LINKS)) {
            throw refused(path, "no directory in the place of a file");
        }
        Files.move(partial, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void refuseUnlessAbsent(Path path) {
        if (Files.exists(path, NOFOLLOW_LINKS)) {
            throw refused(path, "a directory: no file, and no symbolic link to follow");
        }
    }

    private static HostException refused(Path path, String expected) {
        return HostException.of(HostErrorCode.BAD_PATH, "archive that cannot be unpacked here")
                .value(path)
                .expected(expected)
                .remedy("choose an empty target")
                .build();
    }
}
