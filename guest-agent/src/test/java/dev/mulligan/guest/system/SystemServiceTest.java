package dev.mulligan.guest.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.mulligan.guest.AgentUnderTest;
import dev.mulligan.guest.OneAgentPerProcess;
import dev.mulligan.proto.guest.v1.FreezeRequest;
import dev.mulligan.proto.guest.v1.GetCapabilitiesRequest;
import dev.mulligan.proto.guest.v1.GetCapabilitiesResponse;
import dev.mulligan.proto.guest.v1.GetHealthRequest;
import dev.mulligan.proto.guest.v1.GetHealthResponse;
import dev.mulligan.proto.guest.v1.ResynchroniseRequest;
import dev.mulligan.proto.guest.v1.ThawRequest;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What can be tried without setting this machine's clock or freezing its disks; the rest needs a guest of its own. */
@Timeout(60)
@OneAgentPerProcess
@SuppressWarnings("NullAway.Init") // Set before the tests.
final class SystemServiceTest {
    private static AgentUnderTest agent;

    @BeforeAll
    static void start() throws Exception {
        agent = AgentUnderTest.start();
    }

    @AfterAll
    static void stop() throws Exception {
        agent.close();
    }

    @Test
    void reportsHealth() {
        GetHealthResponse health = agent.system().getHealth(GetHealthRequest.getDefaultInstance());
        assertThat(health.getTime().getSeconds()).isCloseTo(Instant.now().getEpochSecond(), within(5L));
        assertThat(health.getBootId()).hasSize(36);
        assertThat(health.getMemoryTotalBytes()).isGreaterThan(health.getMemoryAvailableBytes());
        assertThat(health.getMemoryAvailableBytes()).isPositive();
        assertThat(health.getDiskTotalBytes()).isGreaterThanOrEqualTo(health.getDiskAvailableBytes());
        assertThat(health.getProcesses()).isPositive();
    }

    @Test
    void saysWhatItCan() {
        GetCapabilitiesResponse capabilities =
                agent.system().getCapabilities(GetCapabilitiesRequest.getDefaultInstance());
        assertThat(capabilities.getCapabilitiesList()).contains("process", "process.terminal", "files", "files.watch");
        assertThat(capabilities.getKernel()).startsWith("linux ");
        assertThat(capabilities.getOperatingSystem()).isNotEmpty();
    }

    @Test
    void refusesToLittleEntropyAndNoTime() {
        assertThatThrownBy(() -> agent.system()
                        .resynchronise(ResynchroniseRequest.newBuilder()
                                .setTime(Timestamp.getDefaultInstance())
                                .setEntropy(ByteString.copyFrom(new byte[31]))
                                .build()))
                .hasMessageContaining("entropy: 31 bytes (expected: 32 to 512 bytes)");
        assertThatThrownBy(() -> agent.system()
                        .resynchronise(ResynchroniseRequest.newBuilder()
                                .setEntropy(ByteString.copyFrom(new byte[32]))
                                .build()))
                .hasMessageContaining("time: none");
    }

    @Test
    void refusesToFreezeForTooLong() {
        assertThatThrownBy(() -> agent.system()
                        .freeze(FreezeRequest.newBuilder()
                                .setThawAfterMillis(60_001)
                                .build()))
                .hasMessageContaining("thaw_after_millis: 60001 (expected: 100 to 60000)");
    }

    @Test
    void thawingWhatIsNotFrozenIsFine() {
        assertThat(agent.system().thaw(ThawRequest.getDefaultInstance()).getWasFrozen())
                .isFalse();
    }
}
