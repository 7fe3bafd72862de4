package dev.mulligan.host.cli;

import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** A point in time as people read it: local time to the second; empty where there is none. */
record When(Timestamp timestamp) {
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");

    @Override
    public String toString() {
        if (timestamp.equals(Timestamp.getDefaultInstance())) {
            return "";
        }
        return FORMAT.format(Instant.ofEpochSecond(timestamp.getSeconds()).atZone(ZoneId.systemDefault()));
    }
}
