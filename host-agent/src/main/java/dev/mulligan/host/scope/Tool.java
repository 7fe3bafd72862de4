package dev.mulligan.host.scope;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a call uses. */
public enum Tool {
    PYTHON,
    NODE,
    SHELL,
    FILES;

    /** As people write it: {@code python}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The tool of that {@link #label()}; {@code BAD_SCOPE}. */
    public static Tool ofLabel(String label) {
        return Arrays.stream(values())
                .filter(tool -> tool.label().equals(label))
                .findFirst()
                .orElseThrow(() -> HostException.of(HostErrorCode.BAD_SCOPE, "unknown tool")
                        .value(label)
                        .expected(Arrays.stream(values()).map(Tool::label).collect(Collectors.joining(", ")))
                        .remedy("correct the tool's name")
                        .build());
    }
}
