package dev.mulligan.image.archive;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OsReleaseTest {

    @Test
    void readsUbuntu() {
        OsRelease ubuntu = OsRelease.parse("""
                PRETTY_NAME="Ubuntu 24.04.3 LTS"
                NAME="Ubuntu"
                VERSION_ID="24.04"
                ID=ubuntu
                ID_LIKE=debian
                """);

        assertThat(ubuntu.id()).isEqualTo("ubuntu");
        assertThat(ubuntu.idLike()).containsExactly("debian");
        assertThat(ubuntu.prettyName()).isEqualTo("Ubuntu 24.04.3 LTS");
    }

    @ParameterizedTest
    @CsvSource({
        "debian, '', true",
        "ubuntu, debian, true",
        "linuxmint, ubuntu debian, true",
        "pop, 'ubuntu', true",
        "alpine, '', false",
        "fedora, 'rhel', false",
        "'', '', false"
    })
    void knowsDebiansFamily(String id, String idLike, boolean expected) {
        assertThat(OsRelease.parse("ID='" + id + "'\nID_LIKE=\"" + idLike + "\"\n")
                        .descendsFromDebian())
                .isEqualTo(expected);
    }

    @Test
    void nonsenseIsNoSystem() {
        assertThat(OsRelease.parse("=\n#ID=debian\nID\n\"").descendsFromDebian())
                .isFalse();
    }
}
