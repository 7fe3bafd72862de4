package dev.mulligan.guest.linux;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A pseudo-terminal, seen from the side of the one who looks at the screen: pty(7).
 *
 * <p>{@link #screen()} is its master side: read what programs print, write what a person types. Reading fails with
 * {@link Errno#EIO} once every program has closed the other side.
 */
public final class Terminal implements Closeable {
    private static final int GET_NUMBER = 0x80045430;
    private static final int SET_LOCK = 0x40045431;
    private static final int SET_WINDOW_SIZE = 0x5414;

    private final Descriptor screen;
    private final String device;

    private Terminal(Descriptor screen, String device) {
        this.screen = screen;
        this.device = device;
    }

    /** Opens a new one whose device belongs to {@code userId}. */
    public static Terminal open(int userId, int columns, int rows) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            Descriptor screen = new Descriptor((int) Kernel.call(
                    SystemCall.OPENAT,
                    Kernel.AT_FDCWD,
                    CString.of(arena, "/dev/ptmx").address(),
                    Open.READ_WRITE | Open.NO_CONTROLLING_TERMINAL | Open.CLOEXEC));
            try {
                MemorySegment number = arena.allocate(8, 8);
                screen.ioctl(SET_LOCK, number.address());
                screen.ioctl(GET_NUMBER & 0xffffffffL, number.address());
                String device = "/dev/pts/" + number.get(ValueLayout.JAVA_INT, 0);
                if (Kernel.effectiveUserId() == 0) {
                    Kernel.call(
                            SystemCall.FCHOWNAT,
                            Kernel.AT_FDCWD,
                            CString.of(arena, device).address(),
                            userId,
                            -1,
                            0);
                }
                Terminal terminal = new Terminal(screen, device);
                terminal.resize(columns, rows);
                return terminal;
            } catch (IOException | RuntimeException e) {
                screen.close();
                throw e;
            }
        }
    }

    public Descriptor screen() {
        return screen;
    }

    /** "/dev/pts/3". */
    public String device() {
        return device;
    }

    /** Tells the programs how large the screen is; the kernel sends them SIGWINCH. */
    public void resize(int columns, int rows) throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocate(8, 8);
            size.set(ValueLayout.JAVA_SHORT, 0, (short) rows);
            size.set(ValueLayout.JAVA_SHORT, 2, (short) columns);
            screen.ioctl(SET_WINDOW_SIZE, size.address());
        }
    }

    @Override
    public void close() throws IOException {
        screen.close();
    }
}
