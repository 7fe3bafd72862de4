package dev.mulligan.image.build;

import dev.mulligan.image.command.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How a program comes to own files of other users: as root it simply may; anybody else gets a user namespace with the
 * users that subuid(5) grants.
 */
final class Privileges {

    private static final List<String> NAMESPACE = List.of("unshare", "--user", "--map-auto", "--map-root-user", "--");

    private final boolean root;

    private Privileges(boolean root) {
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

    Command apply(Command command) {
        return root ? command : command.below(NAMESPACE);
    }
}
