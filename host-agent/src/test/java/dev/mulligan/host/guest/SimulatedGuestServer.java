package dev.mulligan.host.guest;

import dev.mulligan.vm.DiskAttachment;
import dev.mulligan.vm.SimulatedGuest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A guest for tests that boot nothing: serves {@code mulligan.guest.v1} with the preamble on a unix socket. Its disk
 * is a map, its programs are lambdas, and both take part in checkpoints of {@code InMemoryVmManager}:
 *
 * <pre>{@code
 * new InMemoryVmManager(directory, (id, socket) -> new SimulatedGuestServer(socket, programs))
 * }</pre>
 */
public final class SimulatedGuestServer implements SimulatedGuest {
    private final SimulatedDisk disk = new SimulatedDisk();
    private final Map<String, Map<GuestPath, SimulatedDisk.Node>> attached = new ConcurrentHashMap<>();
    private final SimulatedSystem system = new SimulatedSystem();
    /** Whoever uses a workspace is a session. */
    private final SimulatedSessions sessions =
            new SimulatedSessions(() -> workspaces().setBusy(false));

    private final Set<String> plugged = ConcurrentHashMap.newKeySet();
    private final SimulatedWorkspaces workspaces = new SimulatedWorkspaces(plugged);
    private final SimulatedProcesses processes;
    private final PortServer port;
    private final SimulatedFileService files;

    /** @param programs by name, beside those of {@link #ordinaryPrograms} */
    public SimulatedGuestServer(Path socket, Map<String, SimulatedProgram> programs) {
        this.processes = new SimulatedProcesses(disk, programs);
        this.files = new SimulatedFileService(disk, attached);
        this.port = new PortServer(socket, system::hostCame, List.of(system, processes, files, sessions, workspaces));
    }

    /** {@code true}, {@code false}, {@code sh} (which does nothing), {@code echo}, {@code cat}, {@code sleep}, and {@code env}. */
    public static Map<String, SimulatedProgram> ordinaryPrograms() {
        return Map.of(
                "true", run -> 0,
                "false", run -> 1,
                "sh", run -> 0,
                "echo",
                        run -> {
                            run.stdout(String.join(
                                            " ",
                                            run.arguments()
                                                    .subList(1, run.arguments().size())) + "\n");
                            return 0;
                        },
                "cat",
                        run -> {
                            byte[] data = run.stdin().readNBytes(1024);
                            while (data.length > 0) {
                                run.stdout(new String(data, StandardCharsets.UTF_8));
                                data = run.stdin().readNBytes(1024);
                            }
                            return 0;
                        },
                "env",
                        run -> {
                            for (Map.Entry<String, String> entry :
                                    run.environment().entrySet()) {
                                run.stdout(entry.getKey() + "=" + entry.getValue() + "\n");
                            }
                            return 0;
                        },
                "sleep",
                        run -> {
                            Thread.sleep(Duration.ofSeconds(
                                    Long.parseLong(run.arguments().get(1))));
                            return 0;
                        });
    }

    public SimulatedDisk disk() {
        return disk;
    }

    /** Clock, entropy, freezes: what the host asked for. */
    public SimulatedSystem system() {
        return system;
    }

    /** Sessions that were used and not ended. */
    Set<String> sessions() {
        return sessions.names();
    }

    /** How many programs run now. */
    public int running() {
        return processes.running();
    }

    /** How many connections were made so far. */
    public int connections() {
        return port.connections();
    }

    /** The guest agent dies and comes back: the connection breaks, the machine goes on. */
    public void restartAgent() {
        port.drop();
    }

    /** So many of the next connections are taken and never answered; it counts them down. */
    public void beSilent(AtomicInteger next) {
        port.beSilent(next);
    }

    /** Done when the host asks for paths to be restored, before the answer. */
    public void onRestore(Runnable action) {
        files.onRestore(action);
    }

    /** Folders of the host that it shows. */
    public SimulatedWorkspaces workspaces() {
        return workspaces;
    }

    private record State(
            Map<GuestPath, SimulatedDisk.Node> disk,
            Map<String, Map<String, Optional<String>>> uppers,
            String bootId,
            Map<String, String> memory,
            SimulatedWorkspaces.Memory mounts,
            Set<String> plugged) {}

    @Override
    public Object snapshot() {
        return new State(
                disk.snapshot(),
                workspaces.disk(),
                system.bootId(),
                Map.copyOf(system.memory()),
                workspaces.memory(),
                Set.copyOf(plugged));
    }

    @Override
    public void restore(Object state) {
        State whole = (State) state;
        disk.restore(whole.disk());
        system.become(whole.bootId(), whole.memory());
        workspaces.restoreDisk(whole.uppers());
        workspaces.restore(whole.mounts());
        plugged.clear();
        plugged.addAll(whole.plugged());
    }

    @Override
    public Object diskSnapshot() {
        return new State(
                disk.snapshot(), workspaces.disk(), "", Map.of(), new SimulatedWorkspaces.Memory(Map.of()), Set.of());
    }

    @Override
    public void restoreDisk(Object diskState) {
        disk.restore(((State) diskState).disk());
        workspaces.restoreDisk(((State) diskState).uppers());
    }

    @Override
    public void attached(DiskAttachment attachment) {
        plugged.add(attachment.serial());
    }

    @Override
    public void attachedCheckpoint(String serial, Object diskState) {
        attached.put(serial, ((State) diskState).disk());
    }

    @Override
    public void detached(String serial) {
        attached.remove(serial);
        plugged.remove(serial);
    }

    @Override
    public void close() {
        port.close();
        processes.close();
    }
}
