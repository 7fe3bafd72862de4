package dev.mulligan.vm.libvirt.moment;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The state of a machine's devices in the form in which QEMU takes it: as the machine state of a snapshot {@value #TAG}
 * inside a qcow2 file whose disk is empty. QEMU writes such a state without the memory ({@code
 * xen-save-devices-state}), but reads one only from a snapshot ({@code snapshot-load}).
 *
 * <p>The layout is fixed: one cluster each for header, reference table, references, the disk's table, the snapshot's,
 * the table of the state's clusters, and the list of snapshots; then the state. See QEMU's docs/interop/qcow2.rst.
 */
public final class DeviceStateDisk {
    /** The snapshot's name. */
    public static final String TAG = "moment";

    private static final int CLUSTER_BITS = 16;
    private static final int CLUSTER = 1 << CLUSTER_BITS;
    private static final int REFERENCE_TABLE = CLUSTER;
    private static final int REFERENCES = 2 * CLUSTER;
    private static final int DISK_TABLE = 3 * CLUSTER;
    private static final int SNAPSHOT_TABLE = 4 * CLUSTER;
    private static final int STATE_CLUSTERS = 5 * CLUSTER;
    private static final int SNAPSHOTS = 6 * CLUSTER;
    private static final int FIRST_STATE_CLUSTER = 7;

    // One table holds 8192 clusters, and so do the references, less the seven above.
    private static final int MOST_CLUSTERS = CLUSTER / Long.BYTES - FIRST_STATE_CLUSTER;

    /** The disk is one cluster; the state is found behind what the first entry of its table can hold. */
    private static final int TABLE_ENTRIES = 2;

    private DeviceStateDisk() {}

    /**
     * The whole file.
     *
     * @param state what QEMU wrote; at most 511 MiB, some 200 KiB in practice
     */
    public static ByteBuffer of(ByteBuffer state) {
        int length = state.remaining();
        int clusters = Math.ceilDiv(length, CLUSTER);
        if (clusters > MOST_CLUSTERS) {
            throw new IllegalArgumentException(
                    "device state: " + length + " bytes (expected: at most " + MOST_CLUSTERS * CLUSTER + ")");
        }
        // Big-endian, as the format is.
        ByteBuffer file = ByteBuffer.allocate((FIRST_STATE_CLUSTER + clusters) * CLUSTER);
        header(file);
        file.putLong(REFERENCE_TABLE, REFERENCES);
        for (int cluster = 0; cluster < FIRST_STATE_CLUSTER + clusters; cluster++) {
            file.putShort(REFERENCES + cluster * Short.BYTES, (short) 1);
        }
        file.putLong(SNAPSHOT_TABLE + Long.BYTES, STATE_CLUSTERS);
        for (int cluster = 0; cluster < clusters; cluster++) {
            file.putLong(STATE_CLUSTERS + cluster * Long.BYTES, (long) (FIRST_STATE_CLUSTER + cluster) * CLUSTER);
        }
        snapshot(file, length);
        file.position(FIRST_STATE_CLUSTER * CLUSTER).put(state.duplicate());
        return file.rewind();
    }

    private static void header(ByteBuffer file) {
        file.putInt(0x514649fb) // "QFI\xfb"
                .putInt(3)
                .putLong(0) // nothing below
                .putInt(0)
                .putInt(CLUSTER_BITS)
                .putLong(CLUSTER) // the disk's size
                .putInt(0) // not encrypted
                .putInt(TABLE_ENTRIES)
                .putLong(DISK_TABLE)
                .putLong(REFERENCE_TABLE)
                .putInt(1)
                .putInt(1) // one snapshot
                .putLong(SNAPSHOTS)
                .putLong(0) // features
                .putLong(0)
                .putLong(0)
                .putInt(4) // a reference has 16 bits
                .putInt(104); // the header's length
    }

    private static void snapshot(ByteBuffer file, int length) {
        byte[] tag = TAG.getBytes(StandardCharsets.US_ASCII);
        file.position(SNAPSHOTS)
                .putLong(SNAPSHOT_TABLE)
                .putInt(TABLE_ENTRIES)
                .putShort((short) 1) // length of the id
                .putShort((short) tag.length)
                .putInt(0) // no date
                .putInt(0)
                .putLong(0) // no clock
                .putInt(length)
                .putInt(24) // what follows
                .putLong(length)
                .putLong(CLUSTER)
                .putLong(-1) // no count of instructions
                .put((byte) '1')
                .put(tag);
    }
}
