package dev.mulligan.image.archive;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Finds the PVH entry point of an uncompressed x86 kernel: the ELF note of owner "Xen" and type 18
 * (XEN_ELFNOTE_PHYS32_ENTRY), by which QEMU starts it.
 */
final class PvhEntry {

    private static final int ELF_MAGIC = 0x464c457f;
    private static final int CLASS_64 = 2;
    private static final int PT_NOTE = 4;
    private static final int PHYS32_ENTRY = 18;
    private static final int XEN = 0x006e6558; // "Xen\0"

    private PvhEntry() {}

    static boolean isIn(byte[] kernel) {
        if (kernel.length < 64) {
            return false;
        }
        ByteBuffer elf = ByteBuffer.wrap(kernel).order(ByteOrder.LITTLE_ENDIAN);
        if (elf.getInt(0) != ELF_MAGIC || kernel[4] != CLASS_64) {
            return false;
        }
        long programHeaders = elf.getLong(32);
        int size = elf.getShort(54) & 0xffff;
        int count = elf.getShort(56) & 0xffff;
        for (int i = 0; i < count; i++) {
            long at = programHeaders + (long) i * size;
            if (at < 0 || at + 56 > kernel.length) {
                return false;
            }
            if (elf.getInt((int) at) == PT_NOTE
                    && hasNote(elf, elf.getLong((int) at + 8), elf.getLong((int) at + 32))) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasNote(ByteBuffer elf, long offset, long size) {
        long at = offset;
        while (at >= 0 && at + 16 <= offset + size && at + 16 <= elf.limit()) {
            int position = (int) at;
            int nameSize = elf.getInt(position);
            int valueSize = elf.getInt(position + 4);
            if (nameSize < 0 || valueSize < 0) {
                return false;
            }
            if (nameSize == 4 && elf.getInt(position + 8) == PHYS32_ENTRY && elf.getInt(position + 12) == XEN) {
                return true;
            }
            at += 12L + aligned(nameSize) + aligned(valueSize);
        }
        return false;
    }

    private static long aligned(int size) {
        return (size + 3L) & ~3L;
    }
}
