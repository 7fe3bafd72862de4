package dev.mulligan.guest.session;

import dev.mulligan.guest.AgentUnderTest;
import dev.mulligan.guest.Evaluation;
import dev.mulligan.proto.guest.v1.EvaluateStart;
import dev.mulligan.proto.guest.v1.Language;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** A guest agent, and short ways to evaluate something in it. Each fixture's sessions are its own. */
final class SessionFixture implements AutoCloseable {
    private static final AtomicInteger NEXT = new AtomicInteger();

    final AgentUnderTest agent;
    private final Language language;
    private String session = "default";

    SessionFixture(AgentUnderTest agent, Language language) {
        this.agent = agent;
        this.language = language;
        anotherSession();
    }

    /** From now on in a session that nobody has used. */
    void anotherSession() {
        session = "test-" + NEXT.incrementAndGet();
    }

    String session() {
        return session;
    }

    EvaluateStart.Builder code(String code) {
        return EvaluateStart.newBuilder()
                .setLanguage(language)
                .setSession(session)
                .setUser(AgentUnderTest.SELF)
                .setCode(code);
    }

    Evaluation start(EvaluateStart.Builder start) {
        return Evaluation.start(agent.sessions(), start);
    }

    Evaluation start(String code) {
        return start(code(code));
    }

    /** Evaluates to the end. */
    Evaluation run(String code) throws Exception {
        Evaluation evaluation = start(code);
        evaluation.ended();
        return evaluation;
    }

    String value(String code) throws Exception {
        return run(code).value();
    }

    @Override
    public void close() throws IOException {
        agent.close();
    }
}
