package dev.mulligan.image.build;

import dev.mulligan.image.command.Command;
import dev.mulligan.image.command.CommandRunner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * How a program comes to own files of other users: as root it simply may; anybody else gets a user namespace with the
 * users that subuid(5) grants.
 */
final class Privileges {

    private static final List<String> NAMESPACE = List.of("unshare", "--user", "--map-auto", "--map-root-user");
    private static final List<String> MOUNTS = List.of("--mount", "--pid", "--fork", "--kill-child");

    private final boolean root;

    Privileges(boolean root) {
        this.root = root;
    }

    static Privileges ofThisProcess() {
        try {
            // The owner of /proc/self is the effective user; user.name is only what the environment says.
            return new Privileges(Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The programs that this needs; newuidmap(1) is what unshare(1) has the users granted by. */
    List<String> programs() {
        return root ? List.of() : List.of("unshare", "newuidmap");
    }

    Command apply(Command command) {
        return apply(command, List.of());
    }

    /** For a command that mounts, too: it sees mounts and processes of its own. */
    Command applyWithMounts(Command command) {
        return apply(command, MOUNTS);
    }

    /** Removes a directory and what is in it, whoever owns that; also after an interrupt, which stays. */
    void remove(Path directory, CommandRunner commands, Consumer<String> listener) {
        boolean interrupted = Thread.interrupted();
        try {
            commands.run(
                    apply(Command.in(Path.of("/"), "rm", "-rf", "--one-file-system", directory.toString())), listener);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Command apply(Command command, List<String> more) {
        return root
                ? command
                : command.below(Stream.of(NAMESPACE, more, List.of("--"))
                        .flatMap(List::stream)
                        .toList());
    }
}
