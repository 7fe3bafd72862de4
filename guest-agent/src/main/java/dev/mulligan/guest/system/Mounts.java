package dev.mulligan.guest.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The file systems on disks that can be written: /proc/self/mountinfo, proc_pid_mountinfo(5). */
final class Mounts {
    private static final Set<String> ON_DISK = Set.of("ext2", "ext3", "ext4", "xfs", "btrfs");

    private Mounts() {}

    /** One mount point of each, the last mounted first, so that what lies above comes before what carries it. */
    static List<String> writableDisks() throws IOException {
        List<String> points = new ArrayList<>();
        Set<String> devices = new HashSet<>();
        List<String> lines = Files.readAllLines(Path.of("/proc/self/mountinfo"), StandardCharsets.ISO_8859_1);
        for (String line : lines.reversed()) {
            String[] halves = line.split(" - ", 2);
            String[] mount = halves[0].split(" ", -1);
            String[] fileSystem = halves[1].split(" ", -1);
            boolean writable = List.of(mount[5].split(",", -1)).contains("rw")
                    && List.of(fileSystem[2].split(",", -1)).contains("rw");
            if (writable && ON_DISK.contains(fileSystem[0]) && devices.add(mount[2])) {
                points.add(unescape(mount[4]));
            }
        }
        return points;
    }

    /** The kernel writes blanks and backslashes as three octal digits. */
    private static String unescape(String text) {
        return text.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }
}
