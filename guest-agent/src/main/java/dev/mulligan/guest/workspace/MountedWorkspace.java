package dev.mulligan.guest.workspace;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A mount as the kernel tells it: /proc/self/mountinfo, proc_pid_mountinfo(5).
 *
 * @param point where it is mounted
 * @param type of the file system
 * @param source what was said to be its device
 */
record MountedWorkspace(ByteString point, String type, String source) {
    private static final int POINT = 4;

    /** All mounts, the last one of a point last. */
    static List<MountedWorkspace> all() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mountinfo"), StandardCharsets.ISO_8859_1).stream()
                .map(MountedWorkspace::parse)
                .toList();
    }

    /** The mount from that source, of that type, at that point. */
    static Optional<MountedWorkspace> find(List<MountedWorkspace> mounts, String type, String source) {
        return mounts.stream()
                .filter(mount -> mount.type.equals(type) && mount.source.equals(source))
                .findFirst();
    }

    private static MountedWorkspace parse(String line) {
        String[] halves = line.split(" - ", 2);
        String[] system = halves[1].split(" ", -1);
        return new MountedWorkspace(unescape(halves[0].split(" ", -1)[POINT]), system[0], system[1]);
    }

    /** The kernel writes blanks, line ends and backslashes as a backslash and three octal digits. */
    private static ByteString unescape(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int at = 0; at < text.length(); at++) {
            char character = text.charAt(at);
            if (character == '\\') {
                bytes.write(Integer.parseInt(text.substring(at + 1, at + 4), 8));
                at += 3;
            } else {
                bytes.write(character);
            }
        }
        return ByteString.copyFrom(bytes.toByteArray());
    }
}
