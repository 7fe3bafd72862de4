package dev.mulligan.host.guest;

import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.UpperEntry;
import java.io.InputStream;
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
     * The content of a file that was written. Nothing of it is believed: whoever reads bounds its length. It must be
     * closed, and may be closed early.
     */
    InputStream read(String workspace, RelativePath path);
}
