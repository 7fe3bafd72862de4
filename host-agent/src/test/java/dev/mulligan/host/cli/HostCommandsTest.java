package dev.mulligan.host.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.proto.host.v1.GetStatusRequest;
import dev.mulligan.proto.host.v1.GetStatusResponse;
import dev.mulligan.proto.host.v1.HostServiceGrpc;
import dev.mulligan.proto.host.v1.ShutdownRequest;
import dev.mulligan.proto.host.v1.ShutdownResponse;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** up, down, status: with a host agent, and without. */
final class HostCommandsTest {
    private final Shell shell;

    HostCommandsTest(@TempDir Path directory) {
        shell = new Shell(directory);
    }

    @AfterEach
    void close() {
        shell.close();
    }

    @Test
    void statusWithoutHostAgentSaysWhereItLookedAndWhatToDo() {
        assertThat(shell.run("status")).isEqualTo(5);
        assertThat(shell.output()).isEmpty();
        assertThat(shell.errors())
                .contains("no host agent answers: unix:" + shell.directories().socket())
                .contains("mulligan up");
    }

    @Test
    void statusForPeople() {
        shell.serve(new HostServices());
        assertThat(shell.run("status")).isZero();
        assertThat(shell.output())
                .contains("acceleration:  software emulation (no vmx)")
                .contains("tasks:         2 running, 1 waiting")
                .contains("pool:          2 of 3 ready, templates: 1");
        assertThat(shell.errors()).isEmpty();
    }

    @Test
    void statusForProgramsHasEveryFieldUnderItsProtobufName() {
        shell.serve(new HostServices());
        assertThat(shell.run("status", "--output", "json")).isZero();
        assertThat(shell.output())
                .isEqualTo("{\"version\":\"1\",\"pid\":0,\"acceleration\":\"software emulation\","
                        + "\"accelerationReason\":\"no vmx\",\"hypervisor\":\"\",\"stateDirectory\":\"/var/lib/\\u001b\","
                        + "\"sandboxes\":0,\"tasksQueued\":1,\"tasksRunning\":2,\"auditEntries\":\"0\",\"endpoints\":[],"
                        + "\"templates\":1,\"poolReady\":2,\"poolWanted\":3}\n");
    }

    /** The same words, whichever way it was asked: by itself, and where an option takes the long way round. */
    @Test
    void statusIsTheSameOnBothWays() {
        shell.serve(new HostServices());
        assertThat(shell.run("status")).isZero();
        String quick = shell.output();
        assertThat(shell.run("status", "--output", "text")).isZero();
        assertThat(shell.output()).isEqualTo(quick).contains("version:       1\n");
    }

    @Test
    void statusSaysWhatTheHostAgentHasAgainstIt() {
        HostServices services = new HostServices();
        services.failure = FakeHost.error(Code.UNAVAILABLE, "SHUTTING_DOWN", "it ends", "x", "wait");
        shell.serve(services);
        assertThat(shell.run("status")).isNotZero();
        assertThat(shell.output()).isEmpty();
        assertThat(shell.errors()).contains("it ends");
        assertThat(services.asked).as("quickly, then over a channel").hasValue(2);
    }

    @Test
    void controlCharactersDoNotReachTheTerminal() {
        shell.serve(new HostServices());
        assertThat(shell.run("status")).isZero();
        assertThat(shell.output()).contains("/var/lib/\\x1b").doesNotContain("\u001b");
    }

    @Test
    void upShowsTheLastLinesOfAHostAgentThatEnds() {
        shell.daemon("sh", "-c", "echo no libvirt here; exit 3");
        assertThat(shell.run("up")).isEqualTo(5);
        assertThat(shell.errors()).contains("the host agent ended: exit code 3").contains("  no libvirt here");
    }

    @Test
    void upWithOneThatRunsSaysSo() {
        shell.serve(new HostServices());
        assertThat(shell.run("up")).isZero();
        assertThat(shell.output()).startsWith("host agent runs already");
    }

    @Test
    void downAsksTheHostAgentToEnd() {
        HostServices services = new HostServices();
        shell.serve(services);
        assertThat(shell.run("down", "--stop-sandboxes")).isZero();
        assertThat(services.shutdowns)
                .containsExactly(
                        ShutdownRequest.newBuilder().setStopSandboxes(true).build());
    }

    @Test
    void downWaitsAsLongAsTheHostAgentTakes() throws Exception {
        Process daemon = new ProcessBuilder("sleep", "600").start();
        HostServices services = new HostServices();
        services.pid = (int) daemon.pid();
        shell.serve(services);
        CompletableFuture<Integer> exitCode = shell.start("down");
        Shell.await(() -> shell.errors().contains("waiting for the host agent's end: process " + daemon.pid()), "wait");
        assertThat(exitCode).isNotDone();
        daemon.destroyForcibly();
        assertThat(exitCode.get(20, TimeUnit.SECONDS)).isZero();
        assertThat(shell.output()).isEqualTo("host agent stopped\n");
    }

    @Test
    void ctrlCEndsTheWaitingForTheEndOnly() throws Exception {
        Process daemon = new ProcessBuilder("sleep", "600").start();
        try {
            HostServices services = new HostServices();
            services.pid = (int) daemon.pid();
            shell.serve(services);
            CompletableFuture<Integer> exitCode = shell.start("down");
            Shell.await(() -> shell.errors().contains("waiting for"), "wait");
            shell.interrupt();
            assertThat(exitCode.get(20, TimeUnit.SECONDS)).isEqualTo(130);
            assertThat(shell.errors()).contains("it was told to stop and will");
            assertThat(services.shutdowns).hasSize(1);
            assertThat(daemon.isAlive()).isTrue();
        } finally {
            daemon.destroyForcibly();
        }
    }

    @Test
    void downWithoutHostAgentIsFine() {
        assertThat(shell.run("down", "--output", "json")).isZero();
        assertThat(shell.output()).isEqualTo("{\"stopped\":false}\n");
    }

    private static final class HostServices extends HostServiceGrpc.HostServiceImplBase {
        private final List<ShutdownRequest> shutdowns = new CopyOnWriteArrayList<>();
        private final AtomicInteger asked = new AtomicInteger();
        private volatile int pid;
        private volatile @Nullable StatusRuntimeException failure;

        @Override
        public void getStatus(GetStatusRequest request, StreamObserver<GetStatusResponse> responses) {
            asked.incrementAndGet();
            if (failure != null) {
                responses.onError(failure);
                return;
            }
            responses.onNext(GetStatusResponse.newBuilder()
                    .setVersion("1")
                    .setPid(pid)
                    .setAcceleration("software emulation")
                    .setAccelerationReason("no vmx")
                    .setStateDirectory("/var/lib/\u001b")
                    .setTasksQueued(1)
                    .setTasksRunning(2)
                    .setTemplates(1)
                    .setPoolReady(2)
                    .setPoolWanted(3)
                    .build());
            responses.onCompleted();
        }

        @Override
        public void shutdown(ShutdownRequest request, StreamObserver<ShutdownResponse> responses) {
            shutdowns.add(request);
            responses.onNext(ShutdownResponse.getDefaultInstance());
            responses.onCompleted();
        }
    }
}
