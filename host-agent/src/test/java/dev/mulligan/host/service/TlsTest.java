package dev.mulligan.host.service;

import static dev.mulligan.host.service.ServiceFixture.failure;
import static dev.mulligan.host.service.ServiceFixture.info;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.Timestamp;
import dev.mulligan.host.HostException;
import dev.mulligan.proto.host.v1.AuditServiceGrpc;
import dev.mulligan.proto.host.v1.CreateSandboxRequest;
import dev.mulligan.proto.host.v1.GetStatusRequest;
import dev.mulligan.proto.host.v1.HostServiceGrpc;
import dev.mulligan.proto.host.v1.RotateAuditRequest;
import dev.mulligan.proto.host.v1.SandboxServiceGrpc;
import dev.mulligan.proto.host.v1.ShutdownRequest;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TCP: only with TLS, only with a token. */
final class TlsTest {
    private static final String TOKEN = "0123456789abcdef0123456789abcdef";

    /** Making one takes a while. */
    private static Certificates certificates = new Certificates(Path.of(""), Path.of(""));

    @TempDir
    Path directory;

    private ServiceFixture fixture;
    private ManagedChannel channel;

    @BeforeAll
    static void makeCertificates(@TempDir Path shared) throws Exception {
        certificates = Certificates.make(shared);
    }

    @BeforeEach
    void start() throws Exception {
        fixture = new ServiceFixture(directory);
        fixture.server.listen(
                new InetSocketAddress("localhost", 0),
                certificates.certificate(),
                certificates.key(),
                Tokens.read(Map.of("phone", token(TOKEN + "\n"))));
        channel = NettyChannelBuilder.forAddress("localhost", port())
                .sslContext(GrpcSslContexts.forClient()
                        .trustManager(certificates.certificate().toFile())
                        .build())
                .build();
    }

    @AfterEach
    void stop() throws InterruptedException {
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        fixture.close();
    }

    @Test
    void theRightTokenOpensAndNamesTheActor() throws Exception {
        var create = with("Bearer " + TOKEN, SandboxServiceGrpc.newBlockingV2Stub(channel))
                .create(CreateSandboxRequest.getDefaultInstance());
        while (create.read() != null) {
            // To its end.
        }
        assertThat(fixture.sandboxes.actors).extracting("name").containsExactly("token:phone");
    }

    @Test
    void noTokenAWrongOneAndAnotherSchemeAreRefused() {
        refused(HostServiceGrpc.newBlockingV2Stub(channel));
        refused(with("Bearer wrong", HostServiceGrpc.newBlockingV2Stub(channel)));
        refused(with("Bearer " + TOKEN + "0", HostServiceGrpc.newBlockingV2Stub(channel)));
        refused(with("Bearer ", HostServiceGrpc.newBlockingV2Stub(channel)));
        refused(with("Basic " + TOKEN, HostServiceGrpc.newBlockingV2Stub(channel)));
    }

    @Test
    void healthTooNeedsTheToken() throws Exception {
        var health = HealthGrpc.newBlockingV2Stub(channel);
        StatusException refused = failure(() -> health.check(HealthCheckRequest.getDefaultInstance()));
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(with("Bearer " + TOKEN, health)
                        .check(HealthCheckRequest.getDefaultInstance())
                        .getStatusValue())
                .isEqualTo(1);
    }

    @Test
    void plainTextIsNotSpoken() throws Exception {
        ManagedChannel plain = NettyChannelBuilder.forAddress("localhost", port())
                .usePlaintext()
                .build();
        try {
            StatusException refused = failure(() -> with("Bearer " + TOKEN, HostServiceGrpc.newBlockingV2Stub(plain))
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .getStatus(GetStatusRequest.getDefaultInstance()));
            assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        } finally {
            plain.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        }
    }

    @Test
    void nobodyStopsTheHostFromAfar() {
        StatusException refused = failure(() -> with("Bearer " + TOKEN, HostServiceGrpc.newBlockingV2Stub(channel))
                .shutdown(ShutdownRequest.getDefaultInstance()));
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(fixture.shutdowns).isEmpty();
    }

    @Test
    void nobodyMovesEntriesOutFromAfar() {
        StatusException refused = failure(() -> with("Bearer " + TOKEN, AuditServiceGrpc.newBlockingV2Stub(channel))
                .rotate(RotateAuditRequest.newBuilder()
                        .setBefore(Timestamp.newBuilder().setSeconds(1))
                        .build()));
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(fixture.moves).isEmpty();
    }

    @Test
    void tokenFilesThatOthersCanReadOrThatAreWeakAreRefused() throws Exception {
        Path open = token(TOKEN);
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r-----"));
        Path weak = token("short");

        assertThatExceptionOfType(HostException.class)
                .isThrownBy(() -> Tokens.read(Map.of("a", open)))
                .withMessageContainingAll("0600", "chmod 600");
        assertThatExceptionOfType(HostException.class)
                .isThrownBy(() -> Tokens.read(Map.of("a", weak)))
                .withMessageContaining("at least 16")
                .withMessageNotContaining("short\n");
        assertThatExceptionOfType(HostException.class)
                .isThrownBy(() -> Tokens.read(Map.of("a", directory.resolve("none"))))
                .withMessageContaining("a readable file");
    }

    @Test
    void aKeyThatIsNoneIsABadConfiguration() throws Exception {
        Path nonsense = Files.writeString(directory.resolve("nonsense.pem"), "nonsense");
        Tokens tokens = Tokens.read(Map.of("phone", token(TOKEN)));
        assertThatExceptionOfType(HostException.class)
                .isThrownBy(
                        () -> fixture.server.listen(new InetSocketAddress("localhost", 0), nonsense, nonsense, tokens))
                .satisfies(bad -> assertThat(bad.code()).isEqualTo(dev.mulligan.host.HostErrorCode.BAD_CONFIG));
    }

    private static void refused(HostServiceGrpc.HostServiceBlockingV2Stub stub) {
        StatusException refused = failure(() -> stub.getStatus(GetStatusRequest.getDefaultInstance()));
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(info(refused).getReason()).isEqualTo("UNAUTHENTICATED");
        assertThat(info(refused).getMetadataOrThrow("value")).isEmpty();
    }

    private static <S extends AbstractStub<S>> S with(String authorization, S stub) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), authorization);
        return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    private int port() {
        String endpoint = fixture.server.endpoints().getLast();
        return Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
    }

    private Path token(String content) throws Exception {
        Path file = Files.createTempFile(directory, "token", "");
        return Files.writeString(file, content);
    }
}
