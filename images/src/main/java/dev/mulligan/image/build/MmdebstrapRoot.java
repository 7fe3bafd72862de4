package dev.mulligan.image.build;

import dev.mulligan.image.command.Command;
import dev.mulligan.image.command.CommandRunner;
import dev.mulligan.image.recipe.RecipeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Makes a root file system from Debian packages with mmdebstrap(1) in a chroot; as somebody else than root, below a user
 * namespace of ours. Its own would have nobody in it who may enter a home directory, where all the files are that it
 * reads and writes. What runs in it is Debian's packages, whose signatures apt checks, and our script.
 */
final class MmdebstrapRoot implements RootSource {

    /** What nobody reads inside a sandbox; dpkg keeps leaving it out when more is installed. */
    private static final List<String> LEFT_OUT = List.of(
            "path-exclude=/usr/share/doc/*",
            "path-include=/usr/share/doc/*/copyright",
            "path-exclude=/usr/share/info/*",
            "path-exclude=/usr/share/locale/*",
            "path-exclude=/usr/share/man/*");

    private final CommandRunner commands;
    private final Privileges privileges;
    private final RecipeSource.Packages source;
    private final DebianMirror mirror;
    private final Path guestAgent;
    private final Scripts scripts;

    MmdebstrapRoot(
            CommandRunner commands,
            Privileges privileges,
            RecipeSource.Packages source,
            DebianMirror mirror,
            Path guestAgent,
            Scripts scripts) {
        this.commands = commands;
        this.privileges = privileges;
        this.source = source;
        this.mirror = mirror;
        this.guestAgent = guestAgent;
        this.scripts = scripts;
    }

    @Override
    public List<String> make(Path tar, Path work, Allocation progress) {
        progress.at(0, "reading Debian's package lists");
        Path setup = work.resolve("guest-setup.sh");
        Path sources = work.resolve("sources.list");
        Path temporary = work.resolve("mmdebstrap");
        try {
            Files.createDirectory(temporary);
            Files.writeString(setup, scripts.guestSetup());
            Files.write(sources, mirror.sources());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> arguments =
                new ArrayList<>(List.of("mmdebstrap", "--verbose", "--mode=root", "--variant=minbase"));
        LEFT_OUT.forEach(option -> arguments.add("--dpkgopt=" + option));
        arguments.add("--include=" + String.join(",", source.packages()));
        // A shell runs the hooks, hence the variables: no path is ever part of a command.
        arguments.add("--customize-hook=tar -C \"$1\" --no-overwrite-dir -xpf \"$MULLIGAN_GUEST_AGENT\"");
        arguments.add("--customize-hook=chroot \"$1\" /bin/sh -s settings <\"$MULLIGAN_SETUP\"");
        arguments.add(source.suite());
        arguments.add(tar.toString());
        if (!mirror.sources().isEmpty()) {
            arguments.add(sources.toString());
        }
        Command command = new Command(arguments, Map.of(), work)
                .with("TMPDIR", temporary.toString())
                .with("MULLIGAN_SETUP", setup.toString())
                .with("MULLIGAN_GUEST_AGENT", guestAgent.toString())
                // The kernel's package would make an initrd of its own, eight times the size.
                .with("INITRD", "No");
        try {
            commands.run(privileges.applyWithMounts(command), new AptProgress(progress, 0.3));
        } finally {
            privileges.remove(temporary, commands, progress::log);
        }
        return List.of("Debian " + source.suite() + " from " + mirror.origin() + ", " + LocalDate.now(ZoneOffset.UTC));
    }
}
