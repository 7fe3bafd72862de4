package dev.mulligan.host.workspace.folder;

import dev.mulligan.host.workspace.linux.FileStatus;
import dev.mulligan.host.workspace.linux.Place;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The real one. */
final class LinuxFile implements OpenFile {
    private static final int BUFFER = 64 * 1024;

    private final Place place;

    LinuxFile(Place place) {
        this.place = place;
    }

    @Override
    public FileStatus status() throws IOException {
        return place.status();
    }

    @Override
    public Attributes attributes() throws IOException {
        return LinuxDirectory.attributes(place);
    }

    @Override
    public InputStream content() {
        return new InputStream() {
            private final byte[] one = new byte[1];

            @Override
            public int read() throws IOException {
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                if (length == 0) {
                    return 0;
                }
                try (Arena arena = Arena.ofConfined()) {
                    MemorySegment buffer = arena.allocate(Math.min(length, BUFFER));
                    int count = place.read(buffer);
                    MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, target, offset, count);
                    return count == 0 ? -1 : count;
                }
            }
        };
    }

    @Override
    public void close() throws IOException {
        place.close();
    }
}
