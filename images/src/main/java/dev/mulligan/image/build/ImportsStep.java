package dev.mulligan.image.build;

import dev.mulligan.image.DirectoryTree;
import dev.mulligan.image.Imports;
import dev.mulligan.image.command.Command;
import dev.mulligan.image.command.CommandRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Adds to a root file system what its interpreters shall have imported ({@link Imports}). It is part of the disk, and thus
 * of the image's digest.
 */
final class ImportsStep {
    private static final String DIRECTORY = Imports.DIRECTORY.substring(1);

    private final CommandRunner commands;

    ImportsStep(CommandRunner commands) {
        this.commands = commands;
    }

    /**
     * Appends the files.
     *
     * @param rootTar uncompressed
     * @param imports by language; none: nothing is done
     * @param work where there is no {@code imports} yet
     */
    void run(Path rootTar, Map<String, List<String>> imports, Path work, Allocation progress) throws IOException {
        if (imports.isEmpty()) {
            return;
        }
        Path root = work.resolve("imports");
        Path directory = Files.createDirectories(root.resolve(DIRECTORY));
        for (Map.Entry<String, List<String>> entry : imports.entrySet()) {
            Files.write(directory.resolve(entry.getKey()), entry.getValue());
        }
        Command tar = Command.in(
                root,
                "tar",
                "--append",
                "--file=" + rootTar,
                "--owner=0",
                "--group=0",
                "--numeric-owner",
                "--mode=u=rwX,go=rX",
                "--mtime=@0",
                "--sort=name",
                DIRECTORY);
        commands.run(tar, progress::log);
        DirectoryTree.delete(root);
    }
}
