package dev.mulligan.host.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SandboxNamesTest {
    private final SandboxNames names = new SandboxNames(new Random(1));

    /** Sandboxes that come and go: none bears the host name of one that has just gone. */
    @Test
    void aNameComesBackOnlyAfterManyOthers() {
        List<String> given = new ArrayList<>();
        for (int count = 0; count < 5 * SandboxNames.REMEMBERED; count++) {
            given.add(names.name(name -> false));
        }
        for (int end = SandboxNames.REMEMBERED; end <= given.size(); end++) {
            assertThat(new HashSet<>(given.subList(end - SandboxNames.REMEMBERED, end)))
                    .hasSize(SandboxNames.REMEMBERED);
        }
        // It does come back: all of them are two words that one can say.
        assertThat(given).allMatch(name -> name.matches("[a-z]+-[a-z]+"));
    }

    @Test
    void whereAllAreTakenTheyBearNumbers() {
        Set<String> living = new HashSet<>();
        for (int count = 0; count < 4000; count++) {
            assertThat(living.add(names.name(living::contains))).isTrue();
        }
        assertThat(living).anyMatch(name -> name.matches("[a-z]+-[a-z]+-[0-9]+"));
    }
}
