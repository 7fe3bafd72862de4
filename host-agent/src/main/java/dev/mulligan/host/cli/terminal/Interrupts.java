package dev.mulligan.host.cli.terminal;

/** Ctrl-C, and its like. Without a handler the process ends at once, with exit code 130. */
public interface Interrupts {
    /**
     * Has the handler called, on a thread of its own, each time a person (SIGINT) or a program (SIGTERM, SIGHUP) asks
     * this command to stop; until the result is closed, after which everything is as before.
     */
    Handling handle(Runnable handler);

    /** Ends the handling. */
    interface Handling extends AutoCloseable {
        @Override
        void close();
    }
}
