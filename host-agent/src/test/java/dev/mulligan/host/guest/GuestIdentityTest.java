package dev.mulligan.host.guest;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mulligan.host.HostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GuestIdentityTest {
    private static final String ID = "0123456789abcdef0123456789abcdef";

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
