package dev.mulligan.host.workspace.linux;

import com.google.protobuf.ByteString;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;

/** The extended attributes of an open file: xattr(7). Access control lists are among them: acl(5). */
public final class ExtendedAttributes {
    /** {@code XATTR_LIST_MAX} and {@code XATTR_SIZE_MAX} of limits.h. */
    private static final int LARGEST = 65_536;

    private final Kernel kernel;
    private final int number;

    ExtendedAttributes(Kernel kernel, int number) {
        this.kernel = kernel;
        this.number = number;
    }

    /** All that this process may see; none where the file system has none. */
    public SortedMap<String, ByteString> read() throws KernelException {
        SortedMap<String, ByteString> all = new TreeMap<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(LARGEST);
            long length;
            try {
                length = kernel.call(SystemCall.FLISTXATTR, number, buffer.address(), LARGEST);
            } catch (KernelException failure) {
                if (failure.errno() == Errno.EOPNOTSUPP || failure.errno() == Errno.ENOSYS) {
                    return all;
                }
                throw failure;
            }
            String names = ByteString.copyFrom(buffer.asSlice(0, length).asByteBuffer())
                    .toStringUtf8();
            for (String name : names.split("\0", -1)) {
                if (!name.isEmpty()) {
                    long size = kernel.call(SystemCall.FGETXATTR, number, name(arena, name), buffer.address(), LARGEST);
                    all.put(name, ByteString.copyFrom(buffer.asSlice(0, size).asByteBuffer()));
                }
            }
        }
        return all;
    }

    /** Sets one. */
    public void set(String name, ByteString value) throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = Kernel.text(arena, value.toByteArray());
            kernel.call(SystemCall.FSETXATTR, number, name(arena, name), bytes.address(), value.size(), 0);
        }
    }

    private static long name(Arena arena, String name) {
        return Kernel.text(arena, name.getBytes(StandardCharsets.UTF_8)).address();
    }
}
