package dev.mulligan.host;

import dev.mulligan.host.sandbox.SandboxesConfig;
import dev.mulligan.host.workspace.apply.UndoRetention;
import dev.mulligan.vm.DataSize;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What a person may set in {@code config.yaml}; every key has a default, and the README lists them.
 *
 * @param memory of a sandbox that asks for none
 * @param processors of a sandbox that asks for none
 * @param disk of a sandbox that asks for none
 * @param pauseAfter idle time before a sandbox is paused; empty: never
 * @param saveAfter from there to its memory being saved; empty: never
 * @param deleteAfter from there to its end; empty: never
 * @param poolMachines how many machines of a kind may stand ready; 0: none
 * @param parallelTasks how many tasks that get a sandbox of their own may run at the same time
 * @param undo how many applies, of what size, can be undone
 * @param grace how long running tasks may go on when the host agent is asked to end
 * @param hypervisor which libvirt; empty: the host's own
 * @param recipes the folder of the recipes that Mulligan ships; empty: in {@code mulligan.home}
 * @param guestAgent the guest agent's tar; empty: in {@code mulligan.home}
 * @param tcp empty: the unix socket only
 */
record HostConfig(
        DataSize memory,
        int processors,
        DataSize disk,
        Optional<Duration> pauseAfter,
        Optional<Duration> saveAfter,
        Optional<Duration> deleteAfter,
        int poolMachines,
        int parallelTasks,
        UndoRetention undo,
        Duration grace,
        Optional<URI> hypervisor,
        Optional<Path> recipes,
        Optional<Path> guestAgent,
        Optional<TcpConfig> tcp) {
    private static final int MOST_READY = 256;
    private static final int MOST_APPLIES = 10_000;

    /**
     * Reads it; a missing file means every default.
     *
     * @param hostProcessors of this machine
     * @throws HostException {@code BAD_CONFIG} with file, line and column
     */
    static HostConfig read(Path file, int hostProcessors) {
        ConfigSection root = ConfigSection.read(file);
        ConfigSection sandbox = root.section("sandbox");
        ConfigSection idle = sandbox.section("idle");
        ConfigSection pool = root.section("pool");
        ConfigSection tasks = root.section("tasks");
        ConfigSection images = root.section("images");
        HostConfig config = new HostConfig(
                sandbox.value("memory", HostConfig::memory).orElse(DataSize.ofGibibytes(1)),
                sandbox.value("processors", text -> number(text, 1, hostProcessors))
                        .orElse(Math.min(2, hostProcessors)),
                sandbox.value("disk", HostConfig::disk).orElse(DataSize.ofGibibytes(10)),
                idle.value("pause", HostConfig::optionalDuration).orElse(Optional.of(Duration.ofMinutes(10))),
                idle.value("save", HostConfig::optionalDuration).orElse(Optional.of(Duration.ofHours(1))),
                idle.value("delete", HostConfig::optionalDuration).orElse(Optional.empty()),
                pool.value("machines", text -> number(text, 0, MOST_READY)).orElse(SandboxesConfig.DEFAULT_POOL),
                tasks.value("parallel", text -> number(text, 1, 64)).orElse(Math.max(1, hostProcessors)),
                undo(root.section("undo")),
                root.value("grace", DurationText::parse).orElse(Duration.ofSeconds(30)),
                root.value("hypervisor", HostConfig::uri),
                images.value("recipes", HostConfig::absolute),
                images.value("guest_agent", HostConfig::absolute),
                TcpConfig.read(root.section("tcp")));
        idle.done();
        sandbox.done();
        pool.done();
        tasks.done();
        images.done();
        root.done();
        return config;
    }

    /** Who asks for a larger minimum only, has a maximum that is as large. */
    private static UndoRetention undo(ConfigSection section) {
        UndoRetention usual = UndoRetention.DEFAULT;
        int least =
                section.value("least", text -> number(text, 1, MOST_APPLIES)).orElse(usual.least());
        int most =
                section.value("most", text -> number(text, least, MOST_APPLIES)).orElse(Math.max(usual.most(), least));
        long bytes =
                section.value("size", HostConfig::undoSize).map(DataSize::bytes).orElse(usual.bytes());
        section.done();
        return new UndoRetention(least, most, bytes);
    }

    static Path absolute(String text) {
        Path path = Path.of(text);
        if (!path.isAbsolute()) {
            throw invalid(text, "an absolute path");
        }
        return path;
    }

    static int number(String text, int least, int most) {
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException noNumber) {
            // Said below.
        }
        throw invalid(text, "a number from " + least + " to " + most);
    }

    static HostException invalid(String value, String expected) {
        return HostException.of(HostErrorCode.BAD_CONFIG, "value")
                .value(value)
                .expected(expected)
                .build();
    }

    private static DataSize memory(String text) {
        return between(text, DataSize.ofMebibytes(256), DataSize.ofGibibytes(1024));
    }

    private static DataSize disk(String text) {
        return between(text, DataSize.ofGibibytes(1), DataSize.ofGibibytes(1024));
    }

    private static DataSize undoSize(String text) {
        return between(text, DataSize.ofMebibytes(1), DataSize.ofGibibytes(1024));
    }

    private static DataSize between(String text, DataSize least, DataSize most) {
        DataSize size = DataSize.parse(text);
        if (size.compareTo(least) < 0 || size.compareTo(most) > 0) {
            throw invalid(text, least + " to " + most);
        }
        return size;
    }

    private static Optional<Duration> optionalDuration(String text) {
        return text.equals("never") ? Optional.empty() : Optional.of(DurationText.parse(text));
    }

    private static URI uri(String text) {
        try {
            return new URI(text);
        } catch (java.net.URISyntaxException malformed) {
            throw invalid(text, "a libvirt connection such as qemu:///system");
        }
    }
}
