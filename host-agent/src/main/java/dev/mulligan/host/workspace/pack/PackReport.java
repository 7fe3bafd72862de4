package dev.mulligan.host.workspace.pack;

import java.util.List;

/**
 * How a folder was packed.
 *
 * @param entries files, folders and links in it
 * @param bytes of its files
 * @param read whether any of its files had to be read; not if nothing had changed since it was packed before
 * @param leftOut what did not travel, although no rule said so
 * @param unsteady paths of files that changed each time they were read: the image has what was read last
 */
public record PackReport(long entries, long bytes, boolean read, List<LeftOut> leftOut, List<String> unsteady) {
    public PackReport {
        leftOut = List.copyOf(leftOut);
        unsteady = List.copyOf(unsteady);
    }
}
