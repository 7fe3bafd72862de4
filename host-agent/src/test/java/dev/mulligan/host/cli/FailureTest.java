package dev.mulligan.host.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import io.grpc.Status;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Errors become words and exit codes. */
final class FailureTest {
    @ParameterizedTest
    @CsvSource({
        "INVALID_ARGUMENT, BAD_TASK, 2",
        "NOT_FOUND, UNKNOWN_SANDBOX, 3",
        "NOT_FOUND, NO_CHECKPOINT, 3",
        "ALREADY_EXISTS, NAME_TAKEN, 6",
        "PERMISSION_DENIED, SCOPE_DENIED, 4",
        "UNAUTHENTICATED, UNAUTHENTICATED, 4",
        "FAILED_PRECONDITION, TASK_RUNNING, 6",
        "FAILED_PRECONDITION, NO_DOCKER, 5",
        "FAILED_PRECONDITION, MISSING_PROGRAM, 5",
        "ABORTED, ROLLED_BACK, 1",
        "CANCELLED, CANCELLED, 130",
        "RESOURCE_EXHAUSTED, HOST_DISK_FULL, 1",
        "DEADLINE_EXCEEDED, TIME_LIMIT, 124",
        "UNAVAILABLE, NO_HYPERVISOR, 5",
        "UNAVAILABLE, GUEST_UNREACHABLE, 1",
        "INTERNAL, INTERNAL, 1",
        "FAILED_PRECONDITION, FROM_A_NEWER_HOST_AGENT, 6",
    })
    void reasonsDecideTheExitCode(Status.Code code, String reason, int exitCode) {
        Failure failure = Failure.of(FakeHost.error(code, reason, "what happened", "v", "do this"));
        assertThat(failure.exitCode().number()).isEqualTo(exitCode);
        assertThat(failure.reason()).isEqualTo(reason);
        assertThat(failure.message()).isEqualTo("what happened");
        assertThat(failure.value()).isEqualTo("v");
        assertThat(failure.remedy()).isEqualTo("do this");
    }

    @ParameterizedTest
    @CsvSource({
        "INVALID_ARGUMENT, 2",
        "NOT_FOUND, 3",
        "PERMISSION_DENIED, 4",
        "UNAVAILABLE, 5",
        "CANCELLED, 5",
        "UNIMPLEMENTED, 5",
        "FAILED_PRECONDITION, 6",
        "DEADLINE_EXCEEDED, 124",
        "UNKNOWN, 1"
    })
    void aStatusWithoutReasonDecidesByItself(Status.Code code, int exitCode) {
        Failure failure =
                Failure.of(code.toStatus().withDescription("described").asException());
        assertThat(failure.exitCode().number()).isEqualTo(exitCode);
        assertThat(failure.reason()).isEqualTo(code.name());
        assertThat(failure.message()).contains("described");
    }

    @ParameterizedTest
    @EnumSource(HostErrorCode.class)
    void ourOwnErrorsHaveTheSameExitCodeHereAndOverTheWire(HostErrorCode code) {
        Failure here = Failure.of(HostException.of(code, "what").value("v").build());
        Failure there = Failure.of(FakeHost.error(Status.Code.UNKNOWN, code.name(), "what: v", "v", ""));
        assertThat(here).isEqualTo(there);
    }

    @Test
    void whatThisSideCancelledIsAnInterrupt() {
        assertThat(Failure.of(Status.CANCELLED
                                .withCause(new InterruptedException())
                                .asException())
                        .exitCode())
                .isEqualTo(ExitCode.INTERRUPTED);
    }

    @Test
    void filesOfThisMachine() {
        assertThat(Failure.of(new NoSuchFileException("/x")).exitCode()).isEqualTo(ExitCode.NOT_FOUND);
    }

    @Test
    void aFullDiskIsNoDefect() {
        Failure failure = Failure.of(new FileSystemException("/x/y", null, "No space left on device"));
        assertThat(failure.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(failure.reason()).isEqualTo("FILE_FAILED");
        assertThat(failure.message())
                .isEqualTo("file that cannot be read or written: /x/y: No space left on device (expected: a path of the"
                        + " right kind, with room on its disk); correct the path, or make room");
    }

    @Test
    void anythingElseIsADefect() {
        Failure failure = Failure.of(new IllegalStateException("no"));
        assertThat(failure.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(failure.message()).isEqualTo("IllegalStateException: no");
    }
}
