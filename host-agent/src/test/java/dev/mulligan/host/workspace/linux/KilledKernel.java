package dev.mulligan.host.workspace.linux;

import dev.mulligan.host.task.CrashingStore.Crash;
import dev.mulligan.host.task.CrashingStore.Killer;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * The kernel as a process sees it that is killed just before a certain system call that changes something; of a write,
 * half of the bytes get through. After one call is before the next: nothing else changes in between.
 */
public final class KilledKernel implements Kernel {
    private static final int CREATE = 0x40;

    private final Killer killer;

    private KilledKernel(Killer killer) {
        this.killer = killer;
    }

    /** A directory in such a process, and all that is opened from there. */
    public static Place directory(Path path, Killer killer) throws KernelException {
        return Place.directory(new KilledKernel(killer), path);
    }

    @Override
    public long call(SystemCall call, long... arguments) throws KernelException {
        return switch (call) {
            // The end of a process closes all that it had open.
            case CLOSE -> LINUX.call(call, arguments);
            case FCHMOD, FCHOWN, FCHOWNAT, FSETXATTR, FSYNC, MKDIRAT, RENAMEAT2, SYMLINKAT, UNLINKAT, UTIMENSAT ->
                step(call, arguments);
            case WRITE -> write(call, arguments);
            case OPENAT -> (arguments[2] & CREATE) == 0 ? look(call, arguments) : step(call, arguments);
            case FGETXATTR, FLISTXATTR, GETDENTS64, OPENAT2, READ, READLINKAT, STATX -> look(call, arguments);
        };
    }

    private long look(SystemCall call, long... arguments) throws KernelException {
        killer.check();
        return LINUX.call(call, arguments);
    }

    private long write(SystemCall call, long... arguments) throws KernelException {
        killer.check();
        try {
            return step(call, arguments);
        } catch (Crash killed) {
            var _ = LINUX.call(call, arguments[0], arguments[1], arguments[2] / 2);
            throw killed;
        }
    }

    private long step(SystemCall call, long... arguments) throws KernelException {
        try {
            return killer.step(() -> {
                try {
                    return LINUX.call(call, arguments);
                } catch (KernelException refused) {
                    throw new UncheckedIOException(refused);
                }
            });
        } catch (UncheckedIOException refused) {
            if (refused.getCause() instanceof KernelException kernel) {
                throw kernel;
            }
            throw refused;
        }
    }
}
