package dev.mulligan.vm;

/**
 * Something on this host that looks like ours and that no machine owns.
 *
 * @param kind what it is
 * @param name where it is: a path, a domain's name, a process id
 * @param reason why nobody owns it
 * @param remedy what to do about it, as a sentence or a command
 * @param removable whether {@link VmManager#sweep} would remove it: true only where nothing of value can be lost
 */
public record Leftover(Kind kind, String name, String reason, String remedy, boolean removable) {

    /** What is left over. */
    public enum Kind {
        /** A libvirt domain that carries our metadata. */
        DOMAIN,
        /** A machine's directory without a readable definition. */
        DIRECTORY,
        /** A disk layer that neither the machine nor a checkpoint stands on. */
        LAYER,
        /** A memory file that no checkpoint names. */
        MEMORY,
        /** A template that is damaged, or was not completed. */
        TEMPLATE,
        /** A socket without a machine. */
        SOCKET,
        /** A QEMU process of ours without a domain. */
        PROCESS
    }
}
