package dev.mulligan.host.workspace.apply;

import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.folder.Attributes;
import dev.mulligan.host.workspace.folder.GrantedFolder;
import dev.mulligan.host.workspace.folder.OpenDirectory;
import dev.mulligan.host.workspace.linux.KernelException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** When directories have last changed: noted after an apply, set back after it was taken back. */
final class FolderTimes {
    private FolderTimes() {}

    /** The same directories, with what their times are now. */
    static List<FolderTime> noted(GrantedFolder folder, List<FolderTime> times) throws IOException {
        List<FolderTime> noted = new ArrayList<>();
        for (FolderTime time : times) {
            try (OpenDirectory directory = folder.open(time.directory())) {
                noted.add(new FolderTime(
                        time.directory(),
                        time.before(),
                        Optional.of(directory.status().modified())));
            } catch (KernelException gone) {
                // A directory that is not there any more has no time to give back.
            }
        }
        return noted;
    }

    /** Sets them to what they were before. The folder itself comes last: all else could change it. */
    static void restore(GrantedFolder folder, List<FolderTime> times) throws IOException {
        for (FolderTime time : times.reversed()) {
            set(folder, time.directory(), time.before());
        }
    }

    /** Sets one; a directory that is not there any more has none. */
    static void set(GrantedFolder folder, Optional<RelativePath> path, Instant modified) throws IOException {
        try (OpenDirectory directory = folder.open(path)) {
            Attributes attributes = directory.attributes();
            if (!attributes.modified().equals(modified)) {
                directory.setAttributes(attributes.withModified(modified));
            }
        } catch (KernelException gone) {
            if (!GrantedFolder.isMissing(gone)) {
                throw gone;
            }
        }
    }
}
