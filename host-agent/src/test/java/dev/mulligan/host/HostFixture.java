package dev.mulligan.host;

import dev.mulligan.host.guest.SimulatedGuestServer;
import dev.mulligan.host.guest.SimulatedProgram;
import dev.mulligan.image.Digest;
import dev.mulligan.vm.InMemoryVmManager;
import dev.mulligan.vm.VmManager;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A whole host agent as {@link Wiring} makes it; only machines and guests are simulated. */
final class HostFixture implements AutoCloseable {
    final Path directory;
    final HostDirectories directories;
    final Map<String, SimulatedProgram> programs = new ConcurrentHashMap<>(SimulatedGuestServer.ordinaryPrograms());
    final Map<String, SimulatedGuestServer> guests = new ConcurrentHashMap<>();
    final List<Map.Entry<Boolean, Actor>> stops = new CopyOnWriteArrayList<>();
    Wiring wiring;
    private @Nullable InMemoryVmManager machines;
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private @Nullable ManagedChannel channel;

    HostFixture() throws IOException {
        // Short, for the sockets' sake.
        directory = Files.createTempDirectory(Path.of("/tmp"), "mull");
        directories = new HostDirectories(directory);
        directories.create();
        image();
        wiring = open();
    }

    /** Another host agent for the same directory. */
    Wiring open() throws IOException {
        HostConfig config = HostConfig.read(directories.config(), 4);
        return Wiring.open(
                config,
                directories,
                new Wiring.Surroundings(
                        Map.of(),
                        directory,
                        ProcessHandle.current().pid(),
                        (Integer) Files.getAttribute(directory, "unix:uid"),
                        Clock.systemUTC(),
                        (place, hypervisor) -> machines(place),
                        (save, actor) -> stops.add(Map.entry(save, actor))));
    }

    /** Killed: nothing is said to anyone, and the machines go on. */
    void restart() throws IOException {
        wiring.close();
        wiring = open();
    }

    SimulatedGuestServer guest(String sandbox) {
        return Objects.requireNonNull(guests.get(sandbox));
    }

    Channel channel() {
        ManagedChannel open = channel;
        if (open == null) {
            open = NettyChannelBuilder.forAddress(
                            new DomainSocketAddress(directories.socket().toFile()))
                    .channelType(EpollDomainSocketChannel.class)
                    .eventLoopGroup(loops)
                    .withOption(ChannelOption.SO_KEEPALIVE, null)
                    .usePlaintext()
                    .build();
            channel = open;
        }
        return open;
    }

    private VmManager machines(Path place) {
        InMemoryVmManager before = machines;
        boolean first = before == null;
        machines = before == null
                ? new InMemoryVmManager(place, (id, socket) -> {
                    SimulatedGuestServer guest = new SimulatedGuestServer(socket, programs);
                    guests.put(id.value(), guest);
                    return guest;
                })
                : before.reopen();
        if (first) {
            // A template is warmed up for half a minute: that is for tests of their own.
            machines.forbidTemplates("QEMU is too old");
        }
        return machines;
    }

    /** As far as a simulated machine looks. */
    private void image() throws IOException {
        Digest digest = Digest.of("image");
        Path place = Files.createDirectories(directories.images().resolve(digest.hex()));
        for (String file : List.of("disk.qcow2", "kernel", "initrd")) {
            Files.writeString(place.resolve(file), file);
        }
        Map<String, Object> manifest = new HashMap<>();
        manifest.put("digest", digest.value());
        manifest.put("name", "base");
        manifest.put("description", "simulated");
        manifest.put("created", "2026-01-01T00:00:00Z");
        manifest.put("sizeBytes", 1);
        manifest.put("diskBytes", 1 << 30);
        manifest.put("kernelArguments", "root=/dev/vda");
        manifest.put("operatingSystem", "none");
        manifest.put("kernel", "0");
        manifest.put("tools", Map.of("bash", "5"));
        manifest.put("recipeDigest", digest.value());
        manifest.put("guestAgent", digest.value());
        manifest.put("bases", List.of());
        manifest.put("origins", List.of("a test"));
        manifest.put("builder", "1");
        manifest.put("packages", Map.of("bash", "5.2"));
        new com.fasterxml.jackson.databind.ObjectMapper()
                .writeValue(place.resolve("manifest.json").toFile(), manifest);
        Files.createDirectories(directory.resolve("images/recipes"));
    }

    @Override
    public void close() throws IOException {
        ManagedChannel open = channel;
        if (open != null) {
            open.shutdownNow();
        }
        wiring.close();
        loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }
}
