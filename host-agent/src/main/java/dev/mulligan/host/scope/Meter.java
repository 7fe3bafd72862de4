package dev.mulligan.host.scope;

import com.google.protobuf.ByteString;
import dev.cel.common.ast.CelExpr;
import dev.cel.runtime.CelEvaluationListener;
import java.util.Collection;
import java.util.Map;

/**
 * Counts what one evaluation of a condition costs, and ends it beyond the limit: one for each part that is evaluated, and
 * one for every 16 characters, bytes or elements that it yields. Time is not measured, so that a decision never depends
 * on how busy the host is.
 */
final class Meter implements CelEvaluationListener {
    /** A condition over a call's arguments costs some ten to a hundred; one that reads 1 MiB of code, 65,536. */
    static final long LIMIT = 500_000;

    private static final int SHARE = 16;

    private long spent;

    @Override
    public void callback(CelExpr part, Object value) {
        spent += 1 + size(value) / SHARE;
        if (exhausted()) {
            throw new ExhaustedException();
        }
    }

    boolean exhausted() {
        return spent > LIMIT;
    }

    private static int size(Object value) {
        return switch (value) {
            case String text -> text.length();
            case ByteString bytes -> bytes.size();
            case Collection<?> elements -> elements.size();
            case Map<?, ?> entries -> entries.size();
            default -> 0;
        };
    }

    /** Ends the evaluation from within. */
    static final class ExhaustedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ExhaustedException() {
            super("costs more than " + LIMIT, null, false, false);
        }
    }
}
