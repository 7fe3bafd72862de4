package dev.mulligan.host.sandbox;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.guest.EvaluationSpec;
import dev.mulligan.host.guest.EvaluationSpec.Language;
import dev.mulligan.host.guest.Guest;
import dev.mulligan.host.guest.GuestEvaluation;
import dev.mulligan.host.guest.GuestHealth;
import dev.mulligan.host.guest.GuestProcess;
import dev.mulligan.host.guest.ProcessSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The guest as a session sees it: always that of the machine as it is now, with the sandbox's environment, and with
 * an end to everything that was started here.
 */
final class SessionGuest implements Guest, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SessionGuest.class);

    private final Supplier<Guest> now;
    private final Map<String, String> environment;
    private final Set<AutoCloseable> started = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    SessionGuest(Supplier<Guest> now, Map<String, String> environment) {
        this.now = now;
        this.environment = environment;
    }

    private Guest guest() {
        if (closed) {
            throw over();
        }
        return now.get();
    }

    private static HostException over() {
        return HostException.of(HostErrorCode.CANCELLED, "the session is closed")
                .build();
    }

    @Override
    public GuestProcess start(ProcessSpec spec, OutputListener output) {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(spec.environment());
        ProcessSpec whole = new ProcessSpec(
                spec.arguments(), all, spec.workingDirectory(), spec.user(), spec.terminal(), spec.limits());
        return keep(guest().start(whole, output));
    }

    @Override
    public GuestEvaluation evaluate(EvaluationSpec spec, OutputListener output) {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(spec.environment());
        EvaluationSpec whole = new EvaluationSpec(
                spec.language(), spec.session(), spec.user(), spec.code(), spec.arguments(), all, spec.limits());
        return keep(guest().evaluate(whole, output));
    }

    @Override
    public List<String> prepareSessions(Language language, String user, List<String> imports, int count) {
        return guest().prepareSessions(language, user, imports, count);
    }

    @Override
    public void endSession(Language language, String user, String name) {
        guest().endSession(language, user, name);
    }

    @Override
    public void endSessions() {
        guest().endSessions();
    }

    @Override
    public GuestFiles files() {
        return new SessionFiles(guest().files(), this::keep);
    }

    @Override
    public GuestHealth health() {
        return guest().health();
    }

    private <T extends AutoCloseable> T keep(T running) {
        started.add(running);
        if (closed) {
            end(running);
            throw over();
        }
        return running;
    }

    @Override
    public void close() {
        closed = true;
        started.forEach(SessionGuest::end);
        started.clear();
    }

    private static void end(AutoCloseable running) {
        try {
            running.close();
        } catch (Exception failed) {
            LOG.warn("something that a session started could not be ended", failed);
        }
    }
}
