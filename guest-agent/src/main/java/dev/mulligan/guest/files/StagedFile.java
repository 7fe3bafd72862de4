package dev.mulligan.guest.files;

import com.google.protobuf.ByteString;
import dev.mulligan.guest.linux.Descriptor;
import dev.mulligan.guest.linux.Directory;
import dev.mulligan.guest.linux.Kernel;
import dev.mulligan.guest.linux.KernelException;
import dev.mulligan.guest.linux.Open;
import dev.mulligan.guest.linux.SystemCall;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A new file beside the place that it will take; closed before it took it, it leaves nothing behind. For one thread. */
final class StagedFile implements Closeable {
    private final Directory directory;
    private final byte[] temporary;
    private final Descriptor file;
    private final Arena arena = Arena.ofConfined();
    private MemorySegment buffer = MemorySegment.NULL;
    private boolean placed;

    StagedFile(Directory directory) throws KernelException {
        this.directory = directory;
        this.temporary = StagingNames.next();
        this.file = directory.openFile(temporary, Open.WRITE_ONLY | Open.CREATE | Open.EXCLUSIVE | Open.NOFOLLOW, 0600);
    }

    void write(ByteString data) throws KernelException {
        MemorySegment copy = room(data.size());
        data.copyTo(copy.asByteBuffer());
        file.write(copy);
    }

    void write(byte[] data, int length) throws KernelException {
        MemorySegment copy = room(length);
        MemorySegment.copy(data, 0, copy, ValueLayout.JAVA_BYTE, 0, length);
        file.write(copy);
    }

    /** Memory that the kernel can read from, the same for one chunk after another. */
    private MemorySegment room(int size) {
        if (buffer.byteSize() < size) {
            buffer = arena.allocate(size);
        }
        return buffer.asSlice(0, size);
    }

    void changeMode(int mode) throws KernelException {
        Kernel.call(SystemCall.FCHMOD, file.number(), mode);
    }

    void changeOwner(int uid, int gid) throws KernelException {
        directory.changeOwner(temporary, uid, gid);
    }

    /** Takes the place of {@code name}, in one step. */
    void place(byte[] name) throws KernelException {
        directory.rename(temporary, directory, name, true);
        placed = true;
    }

    @Override
    public void close() throws IOException {
        arena.close();
        file.close();
        if (!placed) {
            directory.removeFile(temporary);
        }
    }
}
