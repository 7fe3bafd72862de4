package dev.mulligan.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.model.Bind;
import com.google.protobuf.ByteString;
import dev.mulligan.proto.guest.v1.Exited;
import dev.mulligan.proto.guest.v1.FileServiceGrpc;
import dev.mulligan.proto.guest.v1.GetCapabilitiesRequest;
import dev.mulligan.proto.guest.v1.GetCapabilitiesResponse;
import dev.mulligan.proto.guest.v1.ListRequest;
import dev.mulligan.proto.guest.v1.MakeDirectoryRequest;
import dev.mulligan.proto.guest.v1.ProcessServiceGrpc;
import dev.mulligan.proto.guest.v1.ReadRequest;
import dev.mulligan.proto.guest.v1.Start;
import dev.mulligan.proto.guest.v1.StatRequest;
import dev.mulligan.proto.guest.v1.SystemServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.output.OutputFrame;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** The tar that guests get, unpacked in a real Debian, with the user that guests have. */
@Tag("docker")
@SuppressWarnings("NullAway.Init") // Set before the tests.
final class GuestAgentContainerIT {
    private static final Path TAR = Path.of("target", "mulligan-guest-agent.tar");
    private static final String START = """
            while [ ! -e /tmp/unpacked ]; do sleep 0.05; done
            cd /opt/mulligan/guest-agent
            exec runtime/bin/java @java-options -jar lib/mulligan-guest-agent.jar --listen-unix /shared/port
            """;

    private static Path shared;
    private static GenericContainer<?> container;
    private static ManagedChannel channel;

    @BeforeAll
    static void start() throws Exception {
        DebianImage.require();
        shared = Files.createTempDirectory("mulligan-guest-it");
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
        container = new GenericContainer<>(DockerImageName.parse(DebianImage.NAME))
                .withCommand("sh", "-c", START)
                // Not withFileSystemBind: it first pulls an image to try whether binding works.
                .withCreateContainerCmdModifier(command ->
                        Objects.requireNonNull(command.getHostConfig()).withBinds(Bind.parse(shared + ":/shared")))
                .waitingFor(Wait.forSuccessfulCommand("true").withStartupTimeout(Duration.ofSeconds(60)));
        container.start();
        try (InputStream tar = Files.newInputStream(TAR)) {
            container
                    .getDockerClient()
                    .copyArchiveToContainerCmd(container.getContainerId())
                    .withTarInputStream(tar)
                    .withRemotePath("/")
                    .exec();
        }
        long before = System.nanoTime();
        container.execInContainer("touch", "/tmp/unpacked");
        Await.until(
                "ready\n" + container.getLogs(),
                () -> container.getLogs(OutputFrame.OutputType.STDERR).contains("ready"));
        System.out.printf("ready after %d ms%n", (System.nanoTime() - before) / 1_000_000);
        container.execInContainer("chmod", "777", "/shared/port");
        channel = AgentUnderTest.connect(shared.resolve("port"));
    }

    @AfterAll
    static void stop() throws Exception {
        if (channel != null) {
            channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        }
        if (container != null) {
            container.stop();
        }
        Files.deleteIfExists(shared.resolve("port"));
        Files.delete(shared);
    }

    @Test
    void runsPythonAsTheUnprivilegedUser() throws Exception {
        RunRecorder run = run(Start.newBuilder()
                .addArguments("python3")
                .addArguments("-c")
                .addArguments("import os; print(os.getuid(), os.getgid(), os.getcwd(), os.environ['HOME'])"));
        assertThat(run.exited().getExitCode()).as(run.stderr()).isZero();
        assertThat(run.stdout()).isEqualTo("1000 1000 /home/agent /home/agent\n");
    }

    @Test
    void takesEveryPrivilegeAway() throws Exception {
        RunRecorder run = shell(
                "grep -E '^(NoNewPrivs|Cap(Inh|Prm|Eff|Bnd)|Groups):' /proc/self/status; ls /proc/self/fd | wc -l");
        assertThat(run.exited().getExitCode()).isZero();
        assertThat(run.stdout().lines().toList())
                .contains("NoNewPrivs:\t1")
                .contains("CapInh:\t0000000000000000", "CapPrm:\t0000000000000000")
                .contains("CapEff:\t0000000000000000", "CapBnd:\t0000000000000000")
                .anyMatch(line -> line.strip().equals("Groups:\t1000"))
                // Standard input, output, error, and the directory that ls reads.
                .contains("4");
    }

    @Test
    void runsAsRootWhereTheHostSaysSo() throws Exception {
        RunRecorder run =
                run(Start.newBuilder().setUser("root").addArguments("id").addArguments("-u"));
        assertThat(run.exited().getExitCode()).isZero();
        assertThat(run.stdout()).isEqualTo("0\n");
    }

    @Test
    void keepsSecretsOfRootFromTheUser() throws Exception {
        RunRecorder run = shell("cat /etc/shadow");
        assertThat(run.exited().getExitCode()).isEqualTo(1);
        assertThat(shell("ln -s /etc/shadow /home/agent/shadow").exited().getExitCode())
                .isZero();
        for (String path : List.of("/etc/shadow", "/home/agent/shadow", "/root/.profile")) {
            assertThatThrownBy(() -> files().read(ReadRequest.newBuilder()
                                    .setPath(ByteString.copyFromUtf8(path))
                                    .build())
                            .hasNext())
                    .as(path)
                    .isInstanceOfSatisfying(
                            StatusRuntimeException.class,
                            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED));
        }
        assertThatThrownBy(() -> files().list(ListRequest.newBuilder()
                                .setPath(ByteString.copyFromUtf8("/root"))
                                .build())
                        .hasNext())
                .hasMessageContaining("PERMISSION_DENIED");
    }

    /** Without cgroups, what is left of a program is looked for while the next one starts. */
    @Test
    void neverTakesAProgramForARemnantOfTheOneBefore() throws Exception {
        for (int round = 0; round < 200; round++) {
            assertThat(shell("exit 0").exited().getExitCode())
                    .as("round %d", round)
                    .isZero();
        }
    }

    @Test
    void makesFilesThatBelongToTheUser() {
        ByteString path = ByteString.copyFromUtf8("/home/agent/made/here");
        var _ = files().makeDirectory(
                        MakeDirectoryRequest.newBuilder().setPath(path).build());
        assertThat(files().stat(StatRequest.newBuilder().setPath(path).build())
                        .getFile()
                        .getUid())
                .isEqualTo(1000);
    }

    @Test
    void killsWholeTrees() throws Exception {
        RunRecorder run = shell("(setsid sleep 4711 &); setsid sleep 4711 & sleep 4711");
        Await.until("all have started", () -> sleepers() == 3);
        run.cancel();
        Await.until("none is left", () -> sleepers() == 0);
    }

    @Test
    void stopsWhatPrintsWithoutEnd() throws Exception {
        RunRecorder run = shell("exec yes");
        Await.until("a lot has come", () -> run.received() > 10L << 20);
        long start = System.nanoTime();
        run.cancel();
        Await.until("it is gone", () -> count("yes") == 0);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void reportsHowItEnded() throws Exception {
        Exited exited = shell("kill -15 $$").exited();
        assertThat(exited.getReason()).isEqualTo(Exited.Reason.SIGNAL);
        assertThat(exited.getExitCode()).isEqualTo(143);
    }

    @Test
    void saysWhatIsThere() {
        GetCapabilitiesResponse capabilities = SystemServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(60, TimeUnit.SECONDS)
                .getCapabilities(GetCapabilitiesRequest.getDefaultInstance());
        assertThat(capabilities.getOperatingSystem()).containsAnyOf("Debian", "Ubuntu");
        assertThat(capabilities.getVersion()).isNotEqualTo("development");
        assertThat(capabilities.getToolsMap().get("python3")).startsWith("Python 3");
        assertThat(capabilities.getCapabilitiesList()).contains("process", "files", "system.freeze");
    }

    private static long sleepers() throws IOException, InterruptedException {
        return count("sleep 4711");
    }

    private static long count(String commandLine) throws IOException, InterruptedException {
        return container
                .execInContainer("pgrep", "-xf", commandLine)
                .getStdout()
                .lines()
                .count();
    }

    private static RunRecorder run(Start.Builder start) {
        return RunRecorder.start(ProcessServiceGrpc.newStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS), start);
    }

    private static RunRecorder shell(String script) {
        return run(Start.newBuilder().addArguments("sh").addArguments("-c").addArguments(script));
    }

    private static FileServiceGrpc.FileServiceBlockingStub files() {
        return FileServiceGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
    }
}
