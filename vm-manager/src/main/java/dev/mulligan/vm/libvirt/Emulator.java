package dev.mulligan.vm.libvirt;

import dev.mulligan.vm.libvirt.xml.HostDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * The program that executes guests. A distribution's rebuild of the same version is another program, and what one froze
 * is not the other's to go on from.
 *
 * @param file where it is; empty if the daemon names none
 * @param stamp its size and when it was changed, as it was found
 */
record Emulator(Optional<Path> file, String stamp) {

    /** As the daemon names it. */
    static Emulator of(Host host) {
        return of(HostDocument.parse(host.capabilities()).emulator());
    }

    static Emulator of(Optional<Path> file) {
        return new Emulator(file, stamp(file));
    }

    /** Whether it is still the same: one question to the file system. */
    boolean stands() {
        return stamp.equals(stamp(file));
    }

    private static String stamp(Optional<Path> file) {
        if (file.isEmpty()) {
            return "";
        }
        try {
            BasicFileAttributes found = Files.readAttributes(file.get(), BasicFileAttributes.class);
            return found.size() + " " + found.lastModifiedTime().toInstant();
        } catch (IOException missing) {
            return "missing";
        }
    }

    @Override
    public String toString() {
        return file.map(path -> path + " " + stamp).orElse("");
    }
}
