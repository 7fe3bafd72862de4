package dev.mulligan.vm.disk;

import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.DiskFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * An empty qcow2 file on another disk, written without {@code qemu-img}, whose start alone takes longer than all the
 * rest of a checkpoint. Clusters of 64 KiB: header and the name of the disk below, reference table, references, and the
 * table of the disk, which is empty. See QEMU's docs/interop/qcow2.rst.
 */
final class Qcow2Layer {
    private static final int CLUSTER = 1 << 16;
    private static final int REFERENCE_TABLE = CLUSTER;
    private static final int REFERENCES = 2 * CLUSTER;
    private static final int TABLE = 3 * CLUSTER;

    /** Bytes of disk for which an entry of the table stands. */
    private static final long PER_ENTRY = (long) CLUSTER / Long.BYTES * CLUSTER;

    private static final int HEADER = 104;
    private static final int FORMAT_EXTENSION = 0xe2792aca;
    private static final int LONGEST_NAME = 1023;

    private Qcow2Layer() {}

    /** Writes one, readable and writable for its owner only; the file must not exist. */
    static void create(Path layer, Path below, DiskFormat format, DataSize size) throws IOException {
        byte[] name = below.toString().getBytes(StandardCharsets.UTF_8);
        if (name.length > LONGEST_NAME) {
            throw new IOException("path of the disk below: " + name.length + " bytes (expected: at most " + LONGEST_NAME
                    + "); use a shorter directory");
        }
        int entries = Math.toIntExact(Math.ceilDiv(size.bytes(), PER_ENTRY));
        int clusters = TABLE / CLUSTER + Math.ceilDiv(entries * Long.BYTES, CLUSTER);
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try (FileChannel file =
                FileChannel.open(layer, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly)) {
            // Written out, zeros too: a hole here would want room in the middle of a guest's write.
            ByteBuffer content = ByteBuffer.allocate(TABLE + entries * Long.BYTES);
            content.put(header(name, format, size, entries).flip());
            content.putLong(REFERENCE_TABLE, REFERENCES);
            for (int cluster = 0; cluster < clusters; cluster++) {
                content.putShort(REFERENCES + cluster * Short.BYTES, (short) 1);
            }
            content.clear();
            while (content.hasRemaining()) {
                file.write(content);
            }
        }
    }

    private static ByteBuffer header(byte[] name, DiskFormat format, DataSize size, int entries) {
        byte[] driver = format.driver().getBytes(StandardCharsets.US_ASCII);
        int extension = 8 + Math.ceilDiv(driver.length, 8) * 8;
        int nameAt = HEADER + extension + 8;
        ByteBuffer header = ByteBuffer.allocate(nameAt + name.length);
        header.putInt(Qcow2Header.MAGIC)
                .putInt(3)
                .putLong(nameAt)
                .putInt(name.length)
                .putInt(16) // a cluster has 2^16 bytes
                .putLong(size.bytes())
                .putInt(0) // not encrypted
                .putInt(entries)
                .putLong(TABLE)
                .putLong(REFERENCE_TABLE)
                .putInt(1)
                .putInt(0) // no snapshots
                .putLong(0)
                .putLong(0) // features
                .putLong(0)
                .putLong(0)
                .putInt(4) // a reference has 16 bits
                .putInt(HEADER);
        header.putInt(FORMAT_EXTENSION).putInt(driver.length).put(driver);
        return header.position(nameAt).put(name);
    }
}
