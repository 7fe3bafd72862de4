package dev.mulligan.image.build;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class DockerfilesTest {

    @Test
    void findsTheImagesOfMulligan() {
        assertThat(Dockerfiles.bases("""
                        # FROM mulligan/comment
                        FROM debian:13 AS build
                        from --platform=linux/amd64 mulligan/base AS tools
                        FROM mulligan/data:latest
                        FROM mulligan/base
                        RUN echo FROM mulligan/echo
                        FROM mulligan/other:1.0
                        """)).containsExactly("base", "data");
    }

    @Test
    void listsTheStepsWithoutTheirLineBreaks() {
        assertThat(Dockerfiles.steps("FROM mulligan/base\nENV A=b\nRUN apt-get update \\\n && apt-get install x\n"))
                .containsExactly("FROM mulligan/base", "RUN apt-get update && apt-get install x");
    }
}
