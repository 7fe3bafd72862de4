package dev.mulligan.image.build;

import dev.mulligan.image.DiskSize;
import dev.mulligan.image.command.Command;
import dev.mulligan.image.command.CommandRunner;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Turns a root file system into a disk: unpacks it into a private directory, has mke2fs(8) copy that into a sparse file,
 * and packs the file as qcow2, so that a copy or a digest of it costs what is in it and not the ten gigabytes that it
 * looks like. Nothing is ever mounted on the host.
 */
final class DiskStep {

    private final CommandRunner commands;
    private final Privileges privileges;

    DiskStep(CommandRunner commands, Privileges privileges) {
        this.commands = commands;
        this.privileges = privileges;
    }

    /**
     * Makes the disk.
     *
     * @param work an empty directory for what is needed on the way; left empty
     */
    void run(Path rootTar, Path disk, DiskSize size, Path work, Allocation progress) {
        Path root = work.resolve("root");
        Path raw = work.resolve("disk.raw");
        try {
            Files.createDirectory(root);
            progress.at(0, "unpacking the root file system");
            unpack(rootTar, root, progress);
            progress.at(0.4, "making an ext4 file system of " + size);
            try (RandomAccessFile file = new RandomAccessFile(raw.toFile(), "rw")) {
                file.setLength(size.bytes());
            }
            makeFileSystem(root, raw, progress);
            progress.at(0.7, "packing the disk");
            commands.run(
                    Command.in(work, "qemu-img", "convert", "-q", "-O", "qcow2", raw.toString(), disk.toString()),
                    progress::log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            remove(root, raw, progress);
        }
    }

    /**
     * GNU tar makes a link that leads out of the directory last of all, so that nothing is unpacked through it. Devices
     * below /dev are left out: the kernel brings its own.
     */
    private void unpack(Path rootTar, Path root, Allocation progress) {
        Command tar = Command.in(
                root,
                "tar",
                "--extract",
                "--file=" + rootTar,
                "--numeric-owner",
                "--preserve-permissions",
                "--same-owner",
                "--xattrs",
                "--xattrs-include=security.capability",
                "--xattrs-include=user.*",
                "--anchored",
                "--exclude=./dev/*",
                "--exclude=dev/*",
                "--exclude=.dockerenv");
        commands.run(privileges.apply(tar), progress::log);
    }

    /**
     * Inode tables are made at once (they cost nothing in a sparse file), or else every sandbox would write them to its
     * own overlay in the background. No blocks are reserved for root.
     */
    private void makeFileSystem(Path root, Path raw, Allocation progress) {
        Command mke2fs = Command.in(
                root,
                "mke2fs",
                "-q",
                "-t",
                "ext4",
                "-L",
                "root",
                "-m",
                "0",
                "-E",
                "lazy_itable_init=0,lazy_journal_init=0,nodiscard,root_owner=0:0",
                "-d",
                root.toString(),
                "-F",
                raw.toString());
        commands.run(privileges.apply(mke2fs), progress::log);
    }

    /** The files belong to users that only {@link Privileges} can act as. */
    private void remove(Path root, Path raw, Allocation progress) {
        try {
            Files.deleteIfExists(raw);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            privileges.remove(root, commands, progress::log);
        }
    }
}
