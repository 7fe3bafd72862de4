package dev.mulligan.image.build;

import dev.mulligan.image.command.Command;
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
        return new Privileges(System.getProperty("user.name", "").equals("root"));
    }

    static Privileges root() {
        return new Privileges(true);
    }

    Command apply(Command command) {
        return root ? command : command.below(NAMESPACE);
    }
}
