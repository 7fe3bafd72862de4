package dev.mulligan.host.service;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import dev.mulligan.host.Actor;
import dev.mulligan.host.audit.AuditEntry;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.audit.AuditKey;
import dev.mulligan.host.audit.AuditLog;
import dev.mulligan.host.audit.AuditQuery;
import dev.mulligan.host.audit.AuditReader;
import dev.mulligan.host.audit.AuditRotation;
import dev.mulligan.host.audit.AuditVerdict;
import dev.mulligan.host.audit.EntryHash;
import dev.mulligan.host.sandbox.IdleTimeouts;
import dev.mulligan.host.store.MigratedState;
import dev.mulligan.host.store.SqliteStore;
import dev.mulligan.host.workspace.folder.OpenDirectories;
import dev.mulligan.host.workspace.store.ChangesConfig;
import dev.mulligan.host.workspace.store.StoredChangeSets;
import dev.mulligan.vm.Leftover;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.StatusException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A server on a unix socket, fakes behind it, and clients. */
final class ServiceFixture implements AutoCloseable, AuditLog, AuditReader, AuditRotation, HostControl {
    /** Somebody's. */
    static final String PUBLIC_KEY = """
            -----BEGIN PUBLIC KEY-----
            MCowBQYDK2VwAyEAgYggXLG0/dl8Bd8mrxHzWI5obnfM0JcCbNirq8NfA8I=
            -----END PUBLIC KEY-----
            """;

    final FakeTasks tasks = new FakeTasks();
    final FakeApprovals approvals = new FakeApprovals();
    final FakeSandboxes sandboxes = new FakeSandboxes();
    final FakeTemplates templates = new FakeTemplates();
    final FakeImages images = new FakeImages();
    final List<AuditEvent> recorded = new CopyOnWriteArrayList<>();
    private final SqliteStore changed;
    final StoredChangeSets changes;
    final List<Boolean> shutdowns = new CopyOnWriteArrayList<>();
    final List<String> moves = new CopyOnWriteArrayList<>();
    final List<AuditQuery> queries = new CopyOnWriteArrayList<>();
    final HostServer server;
    final Path socket;
    private final List<ManagedChannel> channels = new ArrayList<>();
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());

    ServiceFixture(Path directory) throws IOException {
        this(directory, ChangesConfig.DEFAULT);
    }

    ServiceFixture(Path directory, ChangesConfig config) throws IOException {
        socket = directory.resolve("host.sock");
        Path state = Files.createDirectories(directory.resolve("state"));
        MigratedState.into(state);
        changed = SqliteStore.openChanges(state);
        changes = StoredChangeSets.open(
                changed, state.resolve("changes"), this, Clock.systemUTC(), config, OpenDirectories.ofLinux());
        server = new HostServer(new Services(
                tasks,
                approvals,
                changes,
                sandboxes,
                templates,
                images,
                this,
                this,
                this,
                this,
                FakeSandboxes.SIZE,
                IdleTimeouts.DEFAULT));
        server.listen(socket, (Integer) Files.getAttribute(directory, "unix:uid"));
        server.ready();
    }

    /** A connection of its own. */
    Channel connect() {
        ManagedChannel channel = NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
                .channelType(EpollDomainSocketChannel.class)
                .eventLoopGroup(loops)
                .withOption(io.netty.channel.ChannelOption.SO_KEEPALIVE, null)
                .usePlaintext()
                .build();
        channels.add(channel);
        return channel;
    }

    /** The detail that every error must have. */
    static ErrorInfo info(Throwable failure) {
        com.google.rpc.Status status = StatusProto.fromThrowable(failure);
        try {
            if (status == null || status.getDetailsCount() != 1) {
                throw new AssertionError("no details", failure);
            }
            return status.getDetails(0).unpack(ErrorInfo.class);
        } catch (InvalidProtocolBufferException other) {
            throw new AssertionError(other);
        }
    }

    /** What the call fails with. */
    static StatusException failure(Call call) {
        try {
            call.run();
        } catch (StatusException failed) {
            return failed;
        } catch (Exception other) {
            throw new AssertionError(other);
        }
        throw new AssertionError("the call succeeded");
    }

    static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited in vain: " + what);
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        server.close();
        changes.close();
        changed.close();
        loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }

    @Override
    public long append(AuditEvent event) {
        recorded.add(event);
        return recorded.size();
    }

    @Override
    public void query(AuditQuery query, Consumer<AuditEntry> sink) {
        queries.add(query);
        for (int i = 0; i < recorded.size(); i++) {
            if (query.limit().isEmpty() || i < query.limit().getAsLong()) {
                sink.accept(new AuditEntry(i + 1, Instant.EPOCH, recorded.get(i), EntryHash.NONE, EntryHash.NONE));
            }
        }
    }

    @Override
    public void follow(AuditQuery query, Consumer<AuditEntry> sink) throws InterruptedException {
        int seen = 0;
        while (true) {
            while (seen < recorded.size()) {
                sink.accept(
                        new AuditEntry(seen + 1, Instant.EPOCH, recorded.get(seen++), EntryHash.NONE, EntryHash.NONE));
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Override
    public long newest() {
        return recorded.size();
    }

    @Override
    public AuditVerdict verify() {
        return new AuditVerdict(
                7, 7, EntryHash.NONE, Optional.of(new AuditVerdict.Flaw(8, "changed: it")), Optional.empty());
    }

    @Override
    public void export(Optional<dev.mulligan.host.TaskId> task, OutputStream sink) throws IOException {
        for (int i = 0; i < 40_000; i++) {
            sink.write("{\"line\":12345678}\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
    }

    @Override
    public void exportOcsf(Optional<dev.mulligan.host.TaskId> task, OutputStream sink) throws IOException {
        sink.write("{\"class_uid\":6003}\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    @Override
    public AuditKey key() {
        return AuditKey.ofPem(PUBLIC_KEY);
    }

    @Override
    public Optional<MovedOut> moveOut(Instant before, Actor actor) {
        moves.add(before + " " + actor);
        return before.equals(Instant.EPOCH)
                ? Optional.empty()
                : Optional.of(new MovedOut(Path.of("/state/audit/1.jsonl"), 1, 7));
    }

    @Override
    public Status status() {
        return new Status(
                "0.1",
                1,
                Instant.EPOCH,
                "KVM",
                "vmx",
                "libvirt 11",
                socket,
                1,
                2,
                3,
                new Pool(1, 2, 3),
                4,
                server.endpoints());
    }

    @Override
    public List<Leftover> leftovers() {
        return List.of(new Leftover(Leftover.Kind.SOCKET, "/s", "no machine", "remove it", true));
    }

    @Override
    public void shutdown(boolean saveSandboxes, Actor actor) {
        shutdowns.add(saveSandboxes);
    }

    /** Something that calls the server. */
    interface Call {
        void run() throws Exception;
    }

    static final Duration SOON = Duration.ofSeconds(20);
}
