package dev.mulligan.vm.machine;

import java.nio.file.Path;

/** Where the memory of a domain is. */
public sealed interface GuestMemory {
    /** With its process, and with nobody else. */
    record Own() implements GuestMemory {}

    /**
     * In a file that the domain writes to: a template in the making.
     *
     * @param file as large as the memory
     */
    record Written(Path file) implements GuestMemory {}

    /**
     * In a file that many domains read and none changes: what one writes is its own (copy on write).
     *
     * @param file as large as the memory
     */
    record Shared(Path file) implements GuestMemory {}
}
