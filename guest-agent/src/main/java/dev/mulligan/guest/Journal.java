package dev.mulligan.guest;

import java.io.PrintStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * Logs to standard error without ever waiting for it: the service manager's journal stands still while the disk is
 * frozen, and the guest agent must not stand still with it. What does not fit is dropped.
 */
final class Journal extends Handler {
    private static final int CAPACITY = 256;

    private final BlockingQueue<LogRecord> records = new ArrayBlockingQueue<>(CAPACITY);
    private final Formatter formatter = new SimpleFormatter();
    private final PrintStream target;

    private Journal(PrintStream target) {
        this.target = target;
    }

    /** Takes over from Java's console handler. */
    static void install(PrintStream target) {
        LogManager.getLogManager().reset();
        Journal journal = new Journal(target);
        Logger root = Logger.getLogger("");
        root.addHandler(journal);
        root.setLevel(Level.INFO);
        Thread.ofPlatform().daemon().name("guest-journal").start(journal::drain);
    }

    private void drain() {
        try {
            while (true) {
                LogRecord entry = records.take();
                target.print(
                        entry.getLevel() + " " + entry.getLoggerName() + ": " + formatter.formatMessage(entry) + "\n");
                if (entry.getThrown() != null && entry.getLevel().intValue() > Level.WARNING.intValue()) {
                    entry.getThrown().printStackTrace(target);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void publish(LogRecord entry) {
        if (isLoggable(entry)) {
            boolean _ = records.offer(entry);
        }
    }

    @Override
    public void flush() {
        // The thread writes as soon as it can.
    }

    @Override
    public void close() {
        // Lives as long as the program.
    }
}
