package dev.mulligan.guest.process;

import dev.mulligan.guest.account.Account;
import dev.mulligan.guest.linux.Kernel;
import java.util.List;
import java.util.stream.Collectors;

/** Takes root's powers away from a program before it starts: setpriv(1). */
final class Privileges {
    private static final String SETPRIV = "/usr/bin/setpriv";

    private Privileges() {}

    /** What to execute in front of the program; nothing for root, and where we have nothing to give up. */
    static List<String> wrapper(Account user) {
        if (user.isRoot() || Kernel.effectiveUserId() != 0) {
            return List.of();
        }
        // By number: no name service has to answer first.
        String groups = user.groups().stream().map(String::valueOf).collect(Collectors.joining(","));
        return List.of(
                SETPRIV,
                "--reuid=" + user.uid(),
                "--regid=" + user.gid(),
                "--groups=" + groups,
                "--inh-caps=-all",
                "--bounding-set=-all",
                "--no-new-privs",
                "--");
    }
}
