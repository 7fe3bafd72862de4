package dev.mulligan.vm.libvirt;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.mulligan.vm.Priority;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;

/**
 * How much a domain gets of the processors in proportion to others that want them too: libvirt's {@code cpu_shares}, as
 * an array of {@code virTypedParameter}. A niceness would do nothing, for libvirt puts each domain into a control group
 * of its own, and a niceness counts inside of it only: sched(7).
 */
final class ProcessorShares implements AutoCloseable {
    /** As many as libvirt's protocol lets one ask for. */
    static final int MOST = 16;

    private static final String NAME = "cpu_shares";
    // The struct: a name of so many bytes, an int for the type, and eight aligned bytes for the value.
    private static final int TYPE = 80;
    private static final int VALUE = 88;
    private static final int SIZE = 96;
    private static final int UNSIGNED_LONG = 4;

    /** What a domain has of which nobody said anything, and what it gets in the background. */
    private record Scale(long normal, long background) {
        long of(Priority priority) {
            return switch (priority) {
                case NORMAL -> normal;
                case BACKGROUND -> background;
            };
        }
    }

    // Control groups of version 1 (cpu.shares), and of version 2 (cpu.weight). An eighth: beside
    // others that want all there is it must still come to its end, before whoever makes it gives up.
    private static final List<Scale> SCALES = List.of(new Scale(1024, 128), new Scale(100, 12));

    private final Memory memory;

    private ProcessorShares(int parameters) {
        memory = new Memory((long) parameters * SIZE);
        memory.clear();
    }

    /**
     * What a domain must get to have a priority; empty if it has that already, or has shares that we did not give: an
     * administrator's own are left alone.
     *
     * @param now its present ones; empty if the host has no control groups for processors
     */
    static OptionalLong wanted(OptionalLong now, Priority priority) {
        return SCALES.stream()
                .filter(scale ->
                        now.equals(OptionalLong.of(scale.normal)) || now.equals(OptionalLong.of(scale.background)))
                .mapToLong(scale -> scale.of(priority))
                .filter(wanted -> wanted != now.orElseThrow())
                .findFirst();
    }

    /** Room for an answer. */
    static ProcessorShares unknown() {
        return new ProcessorShares(MOST);
    }

    static ProcessorShares of(long shares) {
        var one = new ProcessorShares(1);
        one.memory.setString(0, NAME, StandardCharsets.US_ASCII.name());
        one.memory.setInt(TYPE, UNSIGNED_LONG);
        one.memory.setLong(VALUE, shares);
        return one;
    }

    Pointer pointer() {
        return memory;
    }

    /** The shares among so many parameters. */
    OptionalLong read(int parameters) {
        for (long at = 0; at < (long) parameters * SIZE; at += SIZE) {
            boolean isIt =
                    memory.getString(at, StandardCharsets.US_ASCII.name()).equals(NAME);
            if (isIt && memory.getInt(at + TYPE) == UNSIGNED_LONG) {
                return OptionalLong.of(memory.getLong(at + VALUE));
            }
        }
        return OptionalLong.empty();
    }

    @Override
    public void close() {
        memory.close();
    }
}
