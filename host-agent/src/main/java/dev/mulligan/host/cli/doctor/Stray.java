package dev.mulligan.host.cli.doctor;

/**
 * Something on this machine that looks like ours and that nobody owns.
 *
 * @param kind as in {@code FindLeftoversResponse}, or {@code mount}
 * @param name where it is: a path, a domain's name, a process id
 * @param reason why nobody owns it
 * @param remedy what to do about it, mostly a command
 */
record Stray(String kind, String name, String reason, String remedy) {
    /** In the words in which the host agent tells of its own, so that the same thing is said only once. */
    Finding finding() {
        return Finding.warn(LeftoversCheck.NAME, kind + " " + name, reason + "; " + remedy);
    }
}
