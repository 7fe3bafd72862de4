package dev.mulligan.guest.session;

import dev.mulligan.guest.account.Accounts;
import dev.mulligan.guest.failure.GuestException;
import dev.mulligan.proto.guest.v1.EvaluateStart;
import dev.mulligan.proto.guest.v1.ProcessLimits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A call to evaluate, checked.
 *
 * @param key empty: a fresh interpreter, for this call only
 * @param user a name that the guest knows
 * @param limits but for the time
 * @param time how long until it is interrupted; zero: as long as it takes
 */
record EvaluateSpec(
        InterpreterKind kind,
        Optional<SessionKey> key,
        String user,
        String code,
        List<String> arguments,
        Map<String, String> environment,
        ProcessLimits limits,
        Duration time) {
    private static final int LONGEST_CODE = 4 << 20;

    EvaluateSpec {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
    }

    /** @throws GuestException INVALID_ARGUMENT, or PERMISSION_DENIED for a user that we can't become */
    static EvaluateSpec of(EvaluateStart start, Accounts accounts) {
        InterpreterKind kind = InterpreterKind.of(start.getLanguage());
        String user = accounts.require(start.getUser()).name();
        int length = start.getCodeBytes().size();
        if (length > LONGEST_CODE) {
            throw GuestException.invalid("code", length + " bytes", "at most " + LONGEST_CODE);
        }
        start.getEnvironmentMap().forEach((name, value) -> {
            if (name.isEmpty() || name.contains("=") || name.indexOf(0) >= 0 || value.indexOf(0) >= 0) {
                throw GuestException.invalid("environment", name, "names without \"=\", and no NUL");
            }
        });
        ProcessLimits limits = start.getLimits();
        Duration time = Duration.ofSeconds(
                limits.getTime().getSeconds(), limits.getTime().getNanos());
        if (time.isNegative()) {
            throw GuestException.invalid("limits.time", time, ">= 0; 0 for no limit");
        }
        return new EvaluateSpec(
                kind,
                start.getSession().isEmpty()
                        ? Optional.empty()
                        : Optional.of(new SessionKey(kind, user, start.getSession())),
                user,
                start.getCode(),
                start.getArgumentsList(),
                start.getEnvironmentMap(),
                limits.toBuilder().clearTime().build(),
                time);
    }
}
