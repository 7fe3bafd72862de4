package dev.mulligan.image.archive;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class InstalledPackagesTest {

    private final InstalledPackages packages = InstalledPackages.parse("""
            Package: python3
            Status: install ok installed
            Version: 3.13.5-1
            Description: a language
             Package: not-a-field
             .
             Version: 9

            Package: git
            Status: install ok installed
            Version: 1:2.47.3-0+deb13u1

            Package: gone
            Status: deinstall ok config-files
            Version: 1.0

            Package: native
            Version: 20250101
            Status: install ok installed""");

    @Test
    void findsWhatIsInstalled() {
        assertThat(packages.versions())
                .containsOnlyKeys("python3", "git", "native")
                .containsEntry("git", "1:2.47.3-0+deb13u1");
    }

    @Test
    void versionsForPeopleHaveNeitherEpochNorRevision() {
        assertThat(packages.upstreamVersion("git")).contains("2.47.3");
        assertThat(packages.upstreamVersion("python3")).contains("3.13.5");
        assertThat(packages.upstreamVersion("native")).contains("20250101");
        assertThat(packages.upstreamVersion("gone")).isEmpty();
    }

    @Test
    void nonsenseIsNoPackage() {
        assertThat(InstalledPackages.parse("\u0000:\n\n: \nPackage\n").versions())
                .isEmpty();
    }
}
