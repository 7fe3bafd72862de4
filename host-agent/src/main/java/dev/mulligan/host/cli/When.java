package dev.mulligan.host.cli;

import com.google.protobuf.Timestamp;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.TimeZone;
import java.util.concurrent.TimeUnit;

/** A point in time as people read it: local time to the second; empty where there is none. */
record When(Timestamp timestamp) {
    private static final int LENGTH_WITHOUT_SECONDS = "1970-01-01T00:00".length();

    @Override
    public String toString() {
        return of(timestamp.getSeconds());
    }

    /**
     * Seconds since 1970; zero is no point in time. By the older half of Java's calendar: the newer one looks for zones
     * in every jar of the class path first, which takes longer than most commands.
     */
    static String of(long seconds) {
        if (seconds == 0) {
            return "";
        }
        int offset = TimeZone.getDefault().getOffset(TimeUnit.SECONDS.toMillis(seconds));
        String text = LocalDateTime.ofEpochSecond(
                        seconds, 0, ZoneOffset.ofTotalSeconds((int) TimeUnit.MILLISECONDS.toSeconds(offset)))
                .toString();
        return text.replace('T', ' ') + (text.length() == LENGTH_WITHOUT_SECONDS ? ":00" : "");
    }
}
