package dev.mulligan.host.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mulligan.host.HostException;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GuestIdentityTest {
    private static final String ID = "0123456789abcdef0123456789abcdef";

    @Test
    void noTwoFreshOnesAreTheSame() {
        RandomGenerator random = RandomGenerator.getDefault();
        Set<String> ids = new HashSet<>();
        for (int round = 0; round < 1_000; round++) {
            ids.add(GuestIdentity.fresh("sb-1", random).machineId());
        }
        assertThat(ids).hasSize(1_000).allMatch(id -> id.matches("[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "a-", "A", "a.b", "a\n"})
    void refusesHostNames(String name) {
        assertThatExceptionOfType(HostException.class)
                .isThrownBy(() -> new GuestIdentity(name, ID))
                .withMessageContaining("host name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "00000000000000000000000000000000", "0123456789ABCDEF0123456789abcdef"})
    void refusesMachineIds(String id) {
        assertThatExceptionOfType(HostException.class)
                .isThrownBy(() -> new GuestIdentity("sb", id))
                .withMessageContaining("machine id");
    }
}
