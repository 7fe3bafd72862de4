package dev.mulligan.image;

import dev.mulligan.image.command.Command;
import dev.mulligan.image.command.CommandRunner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Looks into an image's disk with debugfs(8), which reads an ext4 file system without mounting it. */
final class DiskInspector {

    private final CommandRunner commands = new CommandRunner(System.getenv());
    private final Path work;
    private final Path raw;

    DiskInspector(Image image, Path work) {
        this.work = work;
        this.raw = work.resolve("disk.raw");
        commands.run(
                Command.in(
                        work, "qemu-img", "convert", "-O", "raw", image.disk().toString(), raw.toString()),
                line -> {});
    }

    /** What debugfs answers to a request such as {@code stat /etc/passwd}. */
    String ask(String request) {
        List<String> lines = new ArrayList<>();
        commands.run(Command.in(work, "debugfs", "-R", request, raw.toString()), lines::add);
        return String.join("\n", lines);
    }

    /** Fails if the file system is not clean. */
    void check() {
        commands.run(Command.in(work, "e2fsck", "-f", "-n", raw.toString()), line -> {});
    }
}
