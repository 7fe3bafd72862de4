package dev.mulligan.host.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.image.ImageFailures;
import dev.mulligan.image.ImageException;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StatusMapperTest {
    /** What a gRPC client accepts in headers by default. */
    private static final int MOST_HEADER_BYTES = 8192;

    private final StatusMapper mapper = new StatusMapper();

    @ParameterizedTest
    @EnumSource(HostErrorCode.class)
    void everyCodeHasAStatusOfItsKind(HostErrorCode code) {
        StatusRuntimeException status =
                mapper.map(HostException.of(code, "it").value("v").build());

        assertThat(ServiceFixture.info(status).getReason()).isEqualTo(code.name());
        assertThat(status.getStatus().getCode())
                .isEqualTo(
                        switch (code.kind()) {
                            case INVALID -> Status.Code.INVALID_ARGUMENT;
                            case NOT_FOUND -> Status.Code.NOT_FOUND;
                            case EXISTS -> Status.Code.ALREADY_EXISTS;
                            case DENIED -> Status.Code.PERMISSION_DENIED;
                            case UNAUTHENTICATED -> Status.Code.UNAUTHENTICATED;
                            case PRECONDITION -> Status.Code.FAILED_PRECONDITION;
                            case ABORTED -> Status.Code.ABORTED;
                            case CANCELLED -> Status.Code.CANCELLED;
                            case EXHAUSTED -> Status.Code.RESOURCE_EXHAUSTED;
                            case DEADLINE -> Status.Code.DEADLINE_EXCEEDED;
                            case UNAVAILABLE -> Status.Code.UNAVAILABLE;
                            case INTERNAL -> Status.Code.INTERNAL;
                        });
    }

    @ParameterizedTest
    @EnumSource(VmErrorCode.class)
    void failuresOfMachinesKeepTheirMessage(VmErrorCode code) {
        assertThat(mapper.map(new VmException(code, "what: it (expected: else); do that")))
                .hasMessageContaining("what: it (expected: else); do that");
    }

    @ParameterizedTest
    @EnumSource(ImageException.Code.class)
    void failuresOfImagesKeepTheirMessageAndMostlyTheirName(ImageException.Code code) {
        HostException translated = ImageFailures.translate(new ImageException(code, "it"));

        assertThat(translated).hasMessage("it");
        switch (code) {
            case MISSING_BASE, MISSING_GUEST_AGENT, DAMAGED_IMAGE, STORE_UNAVAILABLE ->
                assertThat(translated.code()).isNotNull();
            default -> assertThat(translated.code().name()).isEqualTo(code.name());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "%", "ü", "字", "😀", "\n"})
    void theLongestOfAllStatusesFitsIntoHeaders(String letter) {
        String wide = letter.repeat(100_000);
        StatusRuntimeException status = mapper.map(HostException.of(HostErrorCode.BUILD_FAILED, wide)
                .value(wide)
                .expected(wide)
                .remedy(wide)
                .build());

        Metadata trailers = status.getTrailers();
        assertThat(trailers).isNotNull();
        byte[] details = trailers.get(Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER));
        assertThat(details).isNotNull();
        // In base64, and the message once more with three characters for each byte beyond ASCII.
        int percentEncoded = URLEncoder.encode(
                        String.valueOf(status.getStatus().getDescription()), StandardCharsets.UTF_8)
                .length();
        assertThat(details.length * 4 / 3 + percentEncoded).isLessThan(MOST_HEADER_BYTES);
    }

    @Test
    void whatWasNotForeseenIsNotTold() {
        StatusRuntimeException status = mapper.map(new IllegalStateException("secret"));

        assertThat(status.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
        assertThat(status.toString().toLowerCase(Locale.ROOT)).doesNotContain("secret");
    }
}
