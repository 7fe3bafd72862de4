package dev.mulligan.guest.session;

import com.google.protobuf.ByteString;
import dev.mulligan.guest.account.Accounts;
import dev.mulligan.guest.failure.ErrorCode;
import dev.mulligan.guest.failure.GuestException;
import dev.mulligan.guest.process.LastingProgram;
import dev.mulligan.guest.process.ProcessTrees;
import dev.mulligan.proto.guest.v1.Output;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** All sessions, and the interpreters that are ready for those to come. Safe for use by several threads. */
final class Sessions implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Sessions.class.getName());
    private static final int MOST = 32;
    private static final Interpreter.Listener NOBODY = (stream, data) -> {};

    private final Accounts accounts;
    private final ProcessTrees trees;
    private final Map<SessionKey, NamedSession> sessions = new LinkedHashMap<>();
    private final List<Interpreter> idle = new ArrayList<>();
    /** Every interpreter that has not been buried. */
    private final Set<Interpreter> alive = ConcurrentHashMap.newKeySet();

    private volatile boolean closed;

    Sessions(Accounts accounts, ProcessTrees trees) {
        this.accounts = accounts;
        this.trees = trees;
    }

    /** The session of that key, which there is from now on. */
    synchronized NamedSession get(SessionKey key) {
        NamedSession known = sessions.get(key);
        if (known != null) {
            return known;
        }
        if (sessions.size() >= MOST) {
            sessions.values().removeIf(NamedSession::retire);
        }
        if (sessions.size() >= MOST) {
            throw new GuestException(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "sessions: %d (expected: fewer than %d); end one that is not needed".formatted(MOST, MOST));
        }
        NamedSession session = new NamedSession();
        sessions.put(key, session);
        return session;
    }

    /** A copy of what there is. */
    synchronized Map<SessionKey, NamedSession> all() {
        return new LinkedHashMap<>(sessions);
    }

    synchronized int idle() {
        return idle.size();
    }

    /** Forgets the session and kills its interpreter; false if there was none. */
    boolean end(SessionKey key) throws IOException, InterruptedException {
        NamedSession session;
        synchronized (this) {
            session = sessions.remove(key);
        }
        if (session == null) {
            return false;
        }
        Interpreter running = session.interpreter();
        if (running != null) {
            running.kill();
        }
        // Whoever has the turn sees it die, and buries it.
        boolean _ = session.enter(() -> false);
        try {
            session.end();
            Interpreter left = session.interpreter();
            if (left != null) {
                session.lose();
                LastingProgram.End _ = bury(left);
            }
        } finally {
            session.leave();
        }
        return true;
    }

    /** An interpreter for a session that has none: one that is ready, or a new one. */
    Interpreter obtain(InterpreterKind kind, String user) throws IOException, InterruptedException {
        Interpreter ready = takeIdle(kind, user);
        while (ready != null) {
            if (ready.isReady()) {
                return ready;
            }
            LastingProgram.End _ = bury(ready);
            ready = takeIdle(kind, user);
        }
        return start(kind, user);
    }

    private synchronized @org.jspecify.annotations.Nullable Interpreter takeIdle(InterpreterKind kind, String user) {
        for (Interpreter ready : idle) {
            if (ready.kind() == kind && ready.user().equals(user)) {
                idle.remove(ready);
                return ready;
            }
        }
        return null;
    }

    private Interpreter start(InterpreterKind kind, String user) throws IOException, InterruptedException {
        Interpreter interpreter = Interpreter.start(kind, user, accounts, trees);
        alive.add(interpreter);
        if (closed) {
            LastingProgram.End _ = bury(interpreter);
            throw new GuestException(ErrorCode.CANCELLED, "the guest agent is shutting down");
        }
        return interpreter;
    }

    LastingProgram.End bury(Interpreter interpreter) throws IOException, InterruptedException {
        return bury(interpreter, NOBODY);
    }

    /** Ends an interpreter that nobody uses any more; what it still had to say goes to the listener. */
    LastingProgram.End bury(Interpreter interpreter, Interpreter.Listener listener)
            throws IOException, InterruptedException {
        alive.remove(interpreter);
        return interpreter.bury(listener);
    }

    /**
     * Sees to it that so many interpreters are ready, with these modules imported, and ends those beyond.
     *
     * @return what could not be imported, one a line
     */
    String prepare(InterpreterKind kind, String user, List<String> modules, int count)
            throws IOException, InterruptedException {
        int there = 0;
        List<Interpreter> beyond = new ArrayList<>();
        synchronized (this) {
            for (Interpreter ready : List.copyOf(idle)) {
                if (ready.kind() == kind && ready.user().equals(user) && ++there > count) {
                    idle.remove(ready);
                    beyond.add(ready);
                }
            }
        }
        for (Interpreter ready : beyond) {
            LastingProgram.End _ = bury(ready);
        }
        String failed = "";
        for (int missing = count - there; missing > 0; missing--) {
            Interpreter interpreter = start(kind, user);
            try {
                interpreter.prepare(modules);
                failed = interpreter.await(new Said()).error().getMessage();
            } catch (IOException | InterruptedException e) {
                LastingProgram.End _ = bury(interpreter);
                throw e;
            }
            synchronized (this) {
                idle.add(interpreter);
            }
        }
        return failed;
    }

    /** What modules print while they are imported is worth a line in the log. */
    private static final class Said implements Interpreter.Listener {
        @Override
        public void output(Output.Stream stream, ByteString data) {
            LOG.log(System.Logger.Level.INFO, "an interpreter that is being prepared: {0}", data.toStringUtf8());
        }
    }

    /** The machine is another one than before. */
    void resynchronise() {
        alive.forEach(Interpreter::resynchronise);
    }

    /** Kills every interpreter; calls that run in them end with that. */
    @Override
    public void close() {
        closed = true;
        alive.forEach(Interpreter::kill);
    }
}
