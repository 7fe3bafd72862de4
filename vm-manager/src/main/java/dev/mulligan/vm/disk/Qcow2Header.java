package dev.mulligan.vm.disk;

import dev.mulligan.vm.DataSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * What the first bytes of a qcow2 file say. See QEMU's docs/interop/qcow2.rst.
 *
 * @param size how large a machine sees the disk
 */
record Qcow2Header(DataSize size) {
    /** "QFI\xfb" */
    static final int MAGIC = 0x514649fb;

    private static final int LENGTH = 72;
    private static final int LEAST_CLUSTER_BITS = 9;
    private static final int MOST_CLUSTER_BITS = 21;

    /** Empty if the file is none, or too short to hold the tables that it names. */
    static Optional<Qcow2Header> read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer header = ByteBuffer.allocate(LENGTH);
            while (header.hasRemaining()) {
                if (channel.read(header) < 0) {
                    return Optional.empty();
                }
            }
            header.flip();
            int version = header.getInt(4);
            int clusterBits = header.getInt(20);
            long size = header.getLong(24);
            long tableEnd = header.getLong(40) + (long) header.getInt(36) * Long.BYTES;
            boolean sound = header.getInt(0) == MAGIC
                    && (version == 2 || version == 3)
                    && clusterBits >= LEAST_CLUSTER_BITS
                    && clusterBits <= MOST_CLUSTER_BITS
                    && size >= 0
                    && tableEnd > 0
                    && tableEnd <= channel.size()
                    && header.getLong(48) < channel.size();
            return sound ? Optional.of(new Qcow2Header(new DataSize(size))) : Optional.empty();
        }
    }
}
