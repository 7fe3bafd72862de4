package dev.mulligan.host.cli.doctor;

import dev.mulligan.vm.DataSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Memory that a sandbox could have: MemAvailable of meminfo (proc(5)). */
record MemoryCheck(Path meminfo) implements Check {
    private static final Pattern AVAILABLE = Pattern.compile("(?m)^MemAvailable:\\s+(\\d{1,15}) kB");
    private static final DataSize ONE_SANDBOX = DataSize.ofMebibytes(1200);
    private static final DataSize SMALLEST = DataSize.ofMebibytes(400);

    @Override
    public List<Finding> run() {
        try {
            Matcher matcher = AVAILABLE.matcher(Files.readString(meminfo));
            if (matcher.find()) {
                return List.of(finding(DataSize.ofBytes(Long.parseLong(matcher.group(1)) << 10)));
            }
        } catch (IOException unreadable) {
            // Said below.
        }
        return List.of(Finding.warn("memory", "unknown: " + meminfo + " does not say", ""));
    }

    private static Finding finding(DataSize available) {
        String detail = available.toDisplayString() + " available";
        if (available.compareTo(SMALLEST) < 0) {
            return Finding.fail("memory", detail, "the smallest sandbox needs 256 MiB and QEMU's own; end something");
        }
        return available.compareTo(ONE_SANDBOX) < 0
                ? Finding.warn("memory", detail, "a sandbox has 1 GiB unless it is created with less (--memory 256Mi)")
                : Finding.ok("memory", detail);
    }
}
