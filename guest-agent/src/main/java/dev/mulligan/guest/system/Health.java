package dev.mulligan.guest.system;

import com.google.protobuf.Timestamp;
import dev.mulligan.proto.guest.v1.GetHealthResponse;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** How the guest is doing: proc(5). */
final class Health {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Path MEMORY = Path.of("/proc/meminfo");
    private static final Path LOAD = Path.of("/proc/loadavg");

    GetHealthResponse read() throws IOException {
        Instant now = Instant.now();
        GetHealthResponse.Builder health = GetHealthResponse.newBuilder()
                .setTime(Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()))
                .setBootId(Files.readString(BOOT_ID).strip())
                .setProcesses(processes());
        for (String line : Files.readAllLines(MEMORY)) {
            if (line.startsWith("MemTotal:")) {
                health.setMemoryTotalBytes(kilobytes(line));
            } else if (line.startsWith("MemAvailable:")) {
                health.setMemoryAvailableBytes(kilobytes(line));
                break;
            }
        }
        File root = new File("/");
        return health.setDiskTotalBytes(root.getTotalSpace())
                .setDiskAvailableBytes(root.getUsableSpace())
                .build();
    }

    /** "MemTotal:  16311840 kB". */
    private static long kilobytes(String line) {
        String value =
                line.substring(line.indexOf(':') + 1, line.lastIndexOf(' ')).strip();
        return Long.parseLong(value) * 1024;
    }

    /** The fourth field of "0.20 0.18 0.12 1/80 11206" is running/existing. */
    private static int processes() throws IOException {
        String existing = Files.readString(LOAD).split(" ", -1)[3];
        return Integer.parseInt(existing.substring(existing.indexOf('/') + 1));
    }
}
