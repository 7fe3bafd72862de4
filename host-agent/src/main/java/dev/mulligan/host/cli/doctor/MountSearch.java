package dev.mulligan.host.cli.doctor;

import dev.mulligan.host.HostDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Mounts below the state directory (proc_pid_mountinfo(5)). Mulligan makes none; a program that helps to build an image
 * might. A volume that a person gave to one of the directories is none of ours.
 */
record MountSearch(HostDirectories directories, Path proc, LockTable locks) implements Search {
    private static final Pattern ESCAPED = Pattern.compile("\\\\([0-3][0-7]{2})");
    private static final int MOUNT_POINT = 4;

    @Override
    public List<Stray> find() throws IOException {
        Path state;
        try {
            // The kernel tells of no symbolic link.
            state = directories.state().toRealPath();
        } catch (NoSuchFileException nothing) {
            return List.of();
        }
        HostDirectories real = new HostDirectories(state);
        Set<Path> volumes = Set.of(state, real.machines(), real.images(), real.log());
        List<Stray> found = new ArrayList<>();
        for (String line : Files.readAllLines(proc.resolve("self/mountinfo"))) {
            String[] fields = line.split(" ", MOUNT_POINT + 2);
            if (fields.length > MOUNT_POINT) {
                Path mount = Path.of(unescaped(fields[MOUNT_POINT]));
                if (mount.startsWith(state) && !volumes.contains(mount) && !isOfABuild(mount, real)) {
                    // The last one lies on top.
                    found.addFirst(new Stray(
                            "mount", mount.toString(), "nothing of Mulligan is mounted there", "umount " + mount));
                }
            }
        }
        return found;
    }

    private boolean isOfABuild(Path mount, HostDirectories real) throws IOException {
        return mount.startsWith(real.images()) && locks.held(real.images().resolve(".lock"));
    }

    /** Blanks and the like are octal there. */
    private static String unescaped(String field) {
        return ESCAPED.matcher(field)
                .replaceAll(code ->
                        Matcher.quoteReplacement(Character.toString((char) Integer.parseInt(code.group(1), 8))));
    }
}
