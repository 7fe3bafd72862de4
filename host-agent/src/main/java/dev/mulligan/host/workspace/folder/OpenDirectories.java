package dev.mulligan.host.workspace.folder;

import dev.mulligan.host.workspace.linux.Place;
import java.io.IOException;
import java.nio.file.Path;

/** Opens directories to start from. */
@FunctionalInterface
public interface OpenDirectories {
    /** Opens a directory by the owner's own path: links on the way are followed. */
    OpenDirectory open(Path path) throws IOException;

    /** Of this machine. */
    static OpenDirectories ofLinux() {
        return path -> new LinuxDirectory(Place.directory(path), Resolver.inOneStep());
    }

    /** Of a machine whose kernel has no openat2(2): finds paths component by component. */
    static OpenDirectories stepByStep() {
        return path -> new LinuxDirectory(Place.directory(path), Resolver::walk);
    }
}
