package dev.mulligan.host.cli.terminal;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A line at the bottom of a terminal that shows the current step, how long it has taken, and that time passes. */
final class StatusLine implements Progress {
    private static final String SPINNER = "|/-\\";
    private static final int BAR = 24;
    private static final int MESSAGE = 60;
    private static final String ERASE = "\r\u001b[K";

    private final PrintStream errors;
    private final ScheduledExecutorService ticker;
    private @Nullable String message;
    private double fraction = -1;
    private long since = System.nanoTime();
    private int turn;
    private boolean drawn;

    StatusLine(PrintStream errors) {
        this.errors = errors;
        ticker = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("status-line").factory());
        var _ = ticker.scheduleAtFixedRate(this::tick, 150, 150, TimeUnit.MILLISECONDS);
    }

    @Override
    public void step(String next) {
        step(next, -1);
    }

    @Override
    public synchronized void step(String next, double reached) {
        String shown = Printable.of(next);
        if (!shown.equals(message)) {
            message = shown;
            since = System.nanoTime();
        }
        fraction = reached;
        draw();
    }

    @Override
    public synchronized void clear() {
        message = null;
        erase();
    }

    @Override
    public void close() {
        ticker.shutdownNow();
        clear();
    }

    private synchronized void tick() {
        turn++;
        draw();
    }

    private void draw() {
        if (message == null) {
            return;
        }
        StringBuilder line = new StringBuilder(ERASE);
        if (fraction >= 0) {
            int filled = (int) Math.round(Math.clamp(fraction, 0, 1) * BAR);
            line.append('[')
                    .append("#".repeat(filled))
                    .append(" ".repeat(BAR - filled))
                    .append("] ");
            line.append(String.format("%3d%% ", Math.round(Math.clamp(fraction, 0, 1) * 100)));
        } else {
            line.append(SPINNER.charAt(turn % SPINNER.length())).append(' ');
        }
        int room = fraction >= 0 ? MESSAGE - BAR : MESSAGE;
        line.append(message.length() > room ? message.substring(0, room - 3) + "..." : message);
        long seconds = Duration.ofNanos(System.nanoTime() - since).toSeconds();
        if (seconds > 0) {
            line.append(" (").append(seconds).append(" s)");
        }
        errors.print(line);
        errors.flush();
        drawn = true;
    }

    private void erase() {
        if (drawn) {
            errors.print(ERASE);
            errors.flush();
            drawn = false;
        }
    }
}
