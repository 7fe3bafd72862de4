package dev.mulligan.host.guest;

import dev.mulligan.host.guest.EvaluationSpec.Language;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * What the host may ask of a guest. Blocking; safe for use by several threads. Errors are
 * {@link dev.mulligan.host.HostException}s ({@code NO_SUCH_FILE}, {@code FILE_DENIED}, {@code GUEST_UNREACHABLE}, …).
 */
public interface Guest {
    /**
     * Starts a program. Output goes to {@code output} on one thread, in order; a listener that blocks holds up the
     * program, not memory.
     */
    GuestProcess start(ProcessSpec spec, OutputListener output);

    /**
     * Evaluates code in a session: an interpreter of the guest that lives on. Output as with {@link #start}; all of it
     * has been handed on before the end is told.
     */
    GuestEvaluation evaluate(EvaluationSpec spec, OutputListener output);

    /**
     * Makes interpreters ready for sessions to come, and returns when they are.
     *
     * @param user {@code agent} or {@code root}
     * @param imports modules to load beforehand
     * @param count how many of this language and user shall be ready, 0 to 8
     * @return what could not be imported, with the reason
     */
    List<String> prepareSessions(Language language, String user, List<String> imports, int count);

    /** Ends a session with all that it started; one that there is not is fine. */
    void endSession(Language language, String user, String name);

    /** Ends the sessions that there are, 64 at most. */
    void endSessions();

    GuestFiles files();

    /** Milliseconds by which the guest's clock was off at the last resynchronisation, and the like: for doctor. */
    GuestHealth health();

    /** Receives what a program prints. The array is the listener's to keep. */
    interface OutputListener {
        /** For a program whose output nobody wants. */
        OutputListener UNHEARD = new OutputListener() {
            @Override
            public void stdout(byte[] data) {}

            @Override
            public void stderr(byte[] data) {}
        };

        void stdout(byte[] data);

        void stderr(byte[] data);
    }

    /** File operations; paths are absolute, in the guest; {@code user} is {@code agent} or {@code root}. */
    interface GuestFiles {
        void read(GuestPath path, String user, OutputStream sink);

        GuestFile write(GuestPath path, String user, WriteOptions options, InputStream source);

        /** Ends early when the guest said that there are more than it lists; then returns true. */
        boolean list(GuestPath path, String user, Consumer<GuestFile> sink);

        GuestFile stat(GuestPath path, String user);

        void move(GuestPath source, GuestPath target, String user, boolean replace);

        void remove(GuestPath path, String user, boolean recursive);

        void makeDirectory(GuestPath path, String user);

        /** Reports until closed. */
        AutoCloseable watch(GuestPath path, String user, boolean recursive, WatchListener listener);

        void pack(GuestPath path, String user, OutputStream sink);

        UnpackResult unpack(GuestPath path, String user, InputStream source);

        List<RestoredEntry> restore(String diskSerial, List<GuestPath> paths, Duration deadline);
    }

    /** How to write a file; {@code mode}: permission bits, 0: as it was, or 0644. */
    record WriteOptions(int mode, boolean makeParents) {}

    record UnpackResult(long entries, long bytes) {}

    /** Receives what changed below a directory. */
    interface WatchListener {
        void event(WatchKind kind, GuestPath path);

        /** The watch is over; empty reason: it was closed. */
        void ended(String reason);
    }

    enum WatchKind {
        READY,
        CREATED,
        MODIFIED,
        DELETED,
        OVERFLOW
    }

    /** One path and what became of it, as in {@code mulligan.guest.v1.RestoreResponse}. */
    record RestoredEntry(GuestPath path, Outcome outcome) {
        public enum Outcome {
            REPLACED,
            REMOVED,
            ABSENT
        }
    }
}
