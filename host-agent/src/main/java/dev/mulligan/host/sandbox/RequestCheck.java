package dev.mulligan.host.sandbox;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.vm.DataSize;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Checks what a client asks a new sandbox to be, before any effort is made. */
final class RequestCheck {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern ID = Pattern.compile("sb-[a-z0-9]{10}");
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,62}");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");
    private static final int MOST_ENTRIES = 64;
    private static final int LONGEST_LABEL = 255;
    private static final int LONGEST_VALUE = 32_768;
    private static final DataSize LEAST_MEMORY = DataSize.ofMebibytes(256);
    private static final DataSize MOST_DISK = DataSize.ofGibibytes(1024);

    private final HostCapacity capacity;

    RequestCheck(HostCapacity capacity) {
        this.capacity = capacity;
    }

    void check(SandboxRequest request) {
        request.name().ifPresent(RequestCheck::name);
        entries("label", request.labels(), LABEL, LONGEST_LABEL);
        entries("environment variable", request.environment(), VARIABLE, LONGEST_VALUE);
        idle("idle pause", request.idle().pause());
        idle("idle save", request.idle().save());
        idle("idle delete", request.idle().delete());
    }

    void check(ForkRequest request) {
        if (request.count() < 1 || request.count() > ForkRequest.MOST) {
            throw invalid("number of forks", request.count(), "1 to " + ForkRequest.MOST);
        }
        if (request.names().size() > request.count()
                || request.names().stream().distinct().count() < request.names().size()) {
            throw invalid("names of forks", request.names(), "at most " + request.count() + ", each once");
        }
        request.names().forEach(RequestCheck::name);
        entries("label", request.labels(), LABEL, LONGEST_LABEL);
    }

    private static void name(String name) {
        if (!NAME.matcher(name).matches() || ID.matcher(name).matches()) {
            throw invalid(
                    "sandbox name", name, "1 to 63 of a-z, 0-9 and '-', not at its ends, and not the form of an id");
        }
    }

    private static void entries(String what, Map<String, String> entries, Pattern form, int longest) {
        if (entries.size() > MOST_ENTRIES) {
            throw invalid(what + "s", entries.size(), "at most " + MOST_ENTRIES);
        }
        entries.forEach((key, value) -> {
            if (!form.matcher(key).matches()) {
                throw invalid(what, key, form.pattern());
            }
            if (value.length() > longest || value.indexOf(0) >= 0) {
                throw invalid("value of " + what, key, "at most " + longest + " characters without NUL");
            }
        });
    }

    private static void idle(String what, Optional<Duration> duration) {
        duration.filter(time -> time.isNegative() || time.isZero()).ifPresent(time -> {
            throw invalid(what, time, "more than zero, or never");
        });
    }

    /** What the sandbox gets: what was asked for, within what this host can give. */
    SandboxSize size(SandboxSize size, BootImage image) {
        if (size.memory().compareTo(LEAST_MEMORY) < 0) {
            throw invalid("memory", size.memory(), "at least " + LEAST_MEMORY);
        }
        if (size.memory().compareTo(capacity.memoryTotal()) > 0) {
            throw HostException.of(HostErrorCode.HOST_MEMORY, "memory")
                    .value(size.memory().toDisplayString())
                    .expected("at most the " + capacity.memoryTotal().toDisplayString() + " that this host has")
                    .remedy("ask for less")
                    .build();
        }
        if (size.processors() < 1 || size.processors() > capacity.processors()) {
            throw invalid("processors", size.processors(), "1 to " + capacity.processors() + ", what this host has");
        }
        if (size.disk().compareTo(image.diskSize()) < 0 || size.disk().compareTo(MOST_DISK) > 0) {
            throw invalid("disk", size.disk(), image.diskSize() + " (the image's own) to " + MOST_DISK);
        }
        return new SandboxSize(whole(size.memory()), size.processors(), size.disk());
    }

    private static DataSize whole(DataSize memory) {
        return DataSize.ofMebibytes(memory.toMebibytes());
    }

    private static HostException invalid(String what, Object value, String expected) {
        return HostException.of(HostErrorCode.INVALID_ARGUMENT, what)
                .value(value)
                .expected(expected)
                .remedy("correct the request")
                .build();
    }
}
