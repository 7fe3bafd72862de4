package dev.mulligan.host.workspace.folder;

import dev.mulligan.host.task.CrashingStore.Killer;
import dev.mulligan.host.workspace.linux.KilledKernel;

/** Real directories in a process that is killed at a certain system call. */
public final class KilledDirectories {
    private KilledDirectories() {}

    public static OpenDirectories by(Killer killer) {
        return path -> new LinuxDirectory(KilledKernel.directory(path, killer), Resolver.inOneStep());
    }
}
