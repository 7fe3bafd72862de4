package dev.mulligan.host.cli;

import com.google.protobuf.Timestamp;
import dev.mulligan.host.DurationText;
import dev.mulligan.host.HostException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Times as people write them. */
final class TimeText {
    /** For the description of an option. */
    static final String FORMS =
            "A date (2026-01-31), a time (2026-01-31T10:00:00Z), or a duration before now (2h, 30d).";

    private TimeText() {}

    /** Reads one; {@link ParameterException} that names the option. */
    static Timestamp parse(CommandSpec spec, String option, String text) {
        Instant instant;
        try {
            if (text.matches("\\d{4}-\\d{2}-\\d{2}")) {
                instant = LocalDate.parse(text)
                        .atStartOfDay(ZoneId.systemDefault())
                        .toInstant();
            } else if (text.contains("T")) {
                instant = OffsetDateTime.parse(text).toInstant();
            } else {
                instant = Instant.now().minus(DurationText.parse(text));
            }
        } catch (DateTimeParseException | HostException malformed) {
            throw new ParameterException(
                    spec.commandLine(),
                    option + ": '" + text + "' (expected: 2026-01-31, 2026-01-31T10:00:00Z, or a duration such as 2h)");
        }
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }
}
