package dev.mulligan.host.cli.bench.report;

import java.time.Duration;
import java.util.Locale;

/** Durations and ratios as the tables show them. */
final class Millis {
    private Millis() {}

    /** Three digits or so: what lies behind them is noise. */
    static String of(Duration duration) {
        double millis = duration.toNanos() / 1e6;
        return String.format(Locale.ROOT, millis < 10 ? "%,.2f" : millis < 100 ? "%,.1f" : "%,.0f", millis);
    }

    static String ratio(double ratio) {
        return String.format(Locale.ROOT, "%.2f", ratio);
    }
}
