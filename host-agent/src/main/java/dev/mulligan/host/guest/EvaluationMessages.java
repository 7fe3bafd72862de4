package dev.mulligan.host.guest;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.Printable;
import dev.mulligan.proto.guest.v1.EvaluateRequest;
import dev.mulligan.proto.guest.v1.EvaluateStart;
import dev.mulligan.proto.guest.v1.Evaluated;
import dev.mulligan.proto.guest.v1.Interrupt;
import dev.mulligan.proto.guest.v1.Language;
import dev.mulligan.proto.guest.v1.ProcessLimits;
import dev.mulligan.proto.guest.v1.ThrownError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** From an {@link EvaluationSpec} to what is sent, and from what comes back to an {@link Evaluation}. */
final class EvaluationMessages {
    /** What goes with the 8 MiB of results: their types, the exception. */
    static final int LARGEST = (8 << 20) + (1 << 20);

    private static final int LONGEST_CODE = 4 << 20;
    private static final int MOST_RESULTS = 1_000;
    private static final int LONGEST_RESULTS = 8 << 20;
    private static final int LONGEST_TRACEBACK = 300_000;
    private static final int LONGEST_SENTENCE = 300;
    private static final Pattern MIME = Pattern.compile("[A-Za-z0-9!#$&^_.+-]{1,64}/[A-Za-z0-9!#$&^_.+;=-]{1,64}");

    private EvaluationMessages() {}

    static EvaluateRequest start(EvaluationSpec spec) {
        int length = spec.code().getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST_CODE) {
            throw HostException.of(HostErrorCode.INVALID_ARGUMENT, "code")
                    .value(length + " bytes")
                    .expected("at most " + LONGEST_CODE + " bytes")
                    .remedy("put large data in a file")
                    .build();
        }
        ProcessLimits.Builder limits = ProcessLimits.newBuilder()
                .setMemoryBytes(spec.limits().memoryBytes())
                .setCpuMillis(spec.limits().cpuMillis())
                .setProcesses(spec.limits().processes());
        spec.limits()
                .time()
                .ifPresent(time -> limits.setTime(
                        Duration.newBuilder().setSeconds(time.toSeconds()).setNanos(time.toNanosPart())));
        return EvaluateRequest.newBuilder()
                .setStart(EvaluateStart.newBuilder()
                        .setLanguage(language(spec.language()))
                        .setSession(spec.session())
                        .setUser(spec.user())
                        .setCode(spec.code())
                        .addAllArguments(spec.arguments())
                        .putAllEnvironment(spec.environment())
                        .setLimits(limits))
                .build();
    }

    static Language language(EvaluationSpec.Language language) {
        return switch (language) {
            case PYTHON -> Language.PYTHON;
            case NODE -> Language.NODE;
        };
    }

    static EvaluateRequest interrupt() {
        return EvaluateRequest.newBuilder()
                .setInterrupt(Interrupt.getDefaultInstance())
                .build();
    }

    /** Refuses what breaks the contract; of what user code may have made up, keeps what makes sense. */
    static Evaluation evaluation(Evaluated ended, GuestCall call) {
        GuestValues.require(
                ended.getExitCode() >= 0 && ended.getExitCode() <= 255, "exit code " + ended.getExitCode(), call);
        Evaluation.Reason reason = switch (ended.getReason()) {
            case DONE -> Evaluation.Reason.DONE;
            case EXCEPTION -> Evaluation.Reason.EXCEPTION;
            case INTERRUPTED -> Evaluation.Reason.INTERRUPTED;
            case EXIT -> Evaluation.Reason.EXIT;
            case TIME_LIMIT -> Evaluation.Reason.TIME_LIMIT;
            case MEMORY_LIMIT -> Evaluation.Reason.MEMORY_LIMIT;
            case DIED, GARBLED -> Evaluation.Reason.DIED;
            case REASON_UNSPECIFIED, UNRECOGNIZED -> throw GuestErrors.misbehaved(call, "an end without a reason");
        };
        return new Evaluation(
                reason,
                ended.getExitCode(),
                results(ended, call),
                ended.hasError() ? Optional.of(thrown(ended.getError(), call)) : Optional.empty(),
                ended.getSessionLost(),
                ended.getRestarted(),
                Printable.of(ended.getMessage(), LONGEST_SENTENCE));
    }

    private static List<MimeBundle> results(Evaluated ended, GuestCall call) {
        GuestValues.require(
                ended.getResultsCount() <= MOST_RESULTS, ended.getResultsCount() + " results of one call", call);
        List<MimeBundle> results = new ArrayList<>();
        long size = 0;
        for (var bundle : ended.getResultsList()) {
            Map<String, ByteString> data = new HashMap<>(bundle.getDataMap());
            data.keySet().removeIf(type -> !MIME.matcher(type).matches());
            size += data.values().stream().mapToLong(ByteString::size).sum();
            GuestValues.require(size <= LONGEST_RESULTS, "results of over " + LONGEST_RESULTS + " bytes", call);
            results.add(new MimeBundle(data));
        }
        return results;
    }

    private static Evaluation.Thrown thrown(ThrownError error, GuestCall call) {
        GuestValues.require(error.getTraceback().length() <= LONGEST_TRACEBACK, "an endless traceback", call);
        return new Evaluation.Thrown(
                GuestValues.word(error.getName()),
                Printable.of(error.getMessage(), LONGEST_SENTENCE),
                error.getTraceback());
    }
}
