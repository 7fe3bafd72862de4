package dev.mulligan.host.guest;

import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.UpperContent.Receiver;
import dev.mulligan.host.workspace.UpperEntry;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/**
 * Folders of the host in a guest: shows them, and asks what was written since. A workspace is named by the serial number
 * of its disk. Blocking; safe for use by several threads. Errors as of {@link Guest}.
 */
public interface GuestWorkspaces {
    /** The most entries of an upper layer that are heard. */
    int MAXIMUM_ENTRIES = 1_000_000;

    /**
     * Shows a disk that is plugged in; a workspace that is shown in the same way already is fine.
     *
     * @param writable below a layer of the guest's own, which is as it was if the workspace was shown before
     */
    void mount(String workspace, GuestPath path, boolean writable);

    /** Shows it no more, and forgets what was written. {@code FILE_CONFLICT} while a program uses it. */
    void unmount(String workspace);

    /**
     * What was written since, in order: each path once, behind the directories that it is in. Only the form is checked;
     * {@code GUEST_MISBEHAVED} for what has none, for another order, and for more than {@value #MAXIMUM_ENTRIES}
     * entries. {@code NO_SUCH_FILE} for a workspace that cannot be written to.
     */
    void changes(String workspace, Consumer<UpperEntry> sink);

    /**
     * Hands over the content of files that were written, one after another in the order asked. Nothing of it is believed:
     * whoever takes it bounds its length. {@code NO_SUCH_FILE} if one is not there, {@code GUEST_MISBEHAVED} for other
     * files than these, for another order and for pieces that never end and have nothing in them.
     *
     * @throws IOException if the receiver throws it
     */
    void read(String workspace, List<RelativePath> paths, Receiver receiver) throws IOException;
}
