package dev.mulligan.host.scope;

import dev.cel.common.CelErrorCode;
import dev.cel.runtime.CelEvaluationException;
import dev.mulligan.host.HostException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * When a rule applies: a CEL expression that is true or false. Two are equal if their sources are. Any thread may ask.
 */
public final class Condition {
    /** In characters. */
    public static final int LONGEST = 2_000;

    private final String source;
    private volatile RuleLanguage.@Nullable Checked checked;

    private Condition(String source) {
        this.source = source;
    }

    /** From its source, checked: syntax, types, literals, words; {@code BAD_SCOPE} says what is wrong and where. */
    public static Condition of(String source) {
        if (source.isBlank() || source.length() > LONGEST) {
            throw Complaint.of("", "length in characters is " + source.length())
                    .expected("a CEL expression of 1 to " + LONGEST + " characters")
                    .build();
        }
        Condition condition = new Condition(source);
        condition.checked();
        return condition;
    }

    /** One that was checked when it was accepted, and kept since: it costs nothing before it is asked. */
    public static Condition kept(String source) {
        return new Condition(source);
    }

    public String source() {
        return source;
    }

    /** Whether it is asked then. One that can no longer be read is always asked, and fails. */
    boolean isAsked(Phase asked) {
        try {
            return checked().phase().includes(asked);
        } catch (HostException unreadable) {
            return true;
        }
    }

    /** Whether it applies; never throws. */
    Answer test(Map<String, ?> facts) {
        Meter meter = new Meter();
        try {
            Object value = checked().program().trace(facts, meter);
            // A condition may swallow what went wrong in a part of it, and then the limit must hold all the same.
            return meter.exhausted() ? tooCostly() : new Answer.Known((Boolean) value);
        } catch (Meter.ExhaustedException exhausted) {
            return tooCostly();
        } catch (CelEvaluationException failed) {
            return meter.exhausted() || failed.getErrorCode() == CelErrorCode.ITERATION_BUDGET_EXCEEDED
                    ? tooCostly()
                    : unanswered(failed);
        } catch (HostException unreadable) {
            return unanswered(unreadable);
        }
    }

    private static Answer unanswered(Exception reason) {
        return new Answer.Failed("its condition cannot be answered: " + reason.getMessage());
    }

    private static Answer tooCostly() {
        return new Answer.Failed("its condition costs more than the limit");
    }

    private RuleLanguage.Checked checked() {
        RuleLanguage.Checked known = checked;
        if (known == null) {
            known = RuleLanguage.get().check(source);
            checked = known;
        }
        return known;
    }

    /** Whether a condition applies. */
    sealed interface Answer {
        record Known(boolean applies) implements Answer {}

        /** Nobody can say; the reason is for people. */
        record Failed(String reason) implements Answer {}
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Condition condition && condition.source.equals(source);
    }

    @Override
    public int hashCode() {
        return source.hashCode();
    }

    @Override
    public String toString() {
        return source;
    }
}
