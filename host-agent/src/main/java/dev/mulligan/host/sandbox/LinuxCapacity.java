package dev.mulligan.host.sandbox;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.vm.DataSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code /proc/meminfo} (proc(5)) and the file system's free blocks. */
final class LinuxCapacity implements HostCapacity {
    private static final Path MEMORY = Path.of("/proc/meminfo");

    private final Path machines;

    LinuxCapacity(Path machines) {
        this.machines = machines;
    }

    @Override
    public DataSize memoryAvailable() {
        return memory("MemAvailable");
    }

    @Override
    public DataSize memoryTotal() {
        return memory("MemTotal");
    }

    private static DataSize memory(String name) {
        try {
            Matcher matcher = Pattern.compile(name + ":\\s+(\\d+) kB").matcher(Files.readString(MEMORY));
            if (matcher.find()) {
                return DataSize.ofBytes(Long.parseLong(matcher.group(1)) << 10);
            }
            throw new IOException("no " + name);
        } catch (IOException unreadable) {
            throw unknown(MEMORY, unreadable);
        }
    }

    @Override
    public DataSize diskAvailable() {
        try {
            return DataSize.ofBytes(Files.getFileStore(machines).getUsableSpace());
        } catch (IOException unreadable) {
            throw unknown(machines, unreadable);
        }
    }

    private static HostException unknown(Path path, IOException cause) {
        return HostException.of(HostErrorCode.INTERNAL, "cannot see what this host has left")
                .value(path)
                .cause(cause)
                .build();
    }

    @Override
    public int processors() {
        return Runtime.getRuntime().availableProcessors();
    }
}
