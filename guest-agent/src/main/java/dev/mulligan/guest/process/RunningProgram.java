package dev.mulligan.guest.process;

import dev.mulligan.guest.linux.Child;
import dev.mulligan.guest.linux.Descriptor;
import dev.mulligan.guest.linux.KernelException;
import dev.mulligan.guest.linux.Spawn;
import dev.mulligan.guest.linux.Terminal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A program that has been started: our ends of its streams, and the tree it is the root of.
 *
 * <p>Safe for use by several threads; one of them calls {@link #awaitEnd} and then {@link #reap}.
 */
final class RunningProgram {
    private static final int SIGKILL = 9;

    private final ProcessTree tree;
    private final int pid;
    private final Descriptor input;
    private final List<Descriptor> outputs;
    private final Optional<Terminal> terminal;
    private boolean reaped;

    private RunningProgram(
            ProcessTree tree, int pid, Descriptor input, List<Descriptor> outputs, Optional<Terminal> terminal) {
        this.tree = tree;
        this.pid = pid;
        this.input = input;
        this.outputs = List.copyOf(outputs);
        this.terminal = terminal;
    }

    static RunningProgram start(RunSpec spec, ProcessTree tree) throws IOException {
        if (spec.terminal().isPresent()) {
            TerminalWindow window = spec.terminal().get();
            Terminal terminal = Terminal.open(spec.user().uid(), window.columns(), window.rows());
            try {
                int pid = tree.start(spawn(spec, tree, new Spawn.TerminalDevice(terminal.device())));
                return new RunningProgram(
                        tree, pid, terminal.screen(), List.of(terminal.screen()), Optional.of(terminal));
            } catch (IOException e) {
                terminal.close();
                throw e;
            }
        }
        List<Descriptor> opened = new ArrayList<>();
        try {
            Descriptor.Pipe input = open(opened);
            Descriptor.Pipe output = open(opened);
            Descriptor.Pipe error = open(opened);
            int pid = tree.start(
                    spawn(spec, tree, new Spawn.Pipes(input.readEnd(), output.writeEnd(), error.writeEnd())));
            input.readEnd().close();
            output.writeEnd().close();
            error.writeEnd().close();
            return new RunningProgram(
                    tree, pid, input.writeEnd(), List.of(output.readEnd(), error.readEnd()), Optional.empty());
        } catch (IOException e) {
            for (Descriptor descriptor : opened) {
                descriptor.close();
            }
            throw e;
        }
    }

    private static Descriptor.Pipe open(List<Descriptor> opened) throws KernelException {
        Descriptor.Pipe pipe = Descriptor.pipe();
        opened.add(pipe.readEnd());
        opened.add(pipe.writeEnd());
        return pipe;
    }

    static Spawn spawn(RunSpec spec, ProcessTree tree, Spawn.Streams streams) {
        List<String> arguments = new ArrayList<>(tree.wrapper());
        arguments.addAll(Privileges.wrapper(spec.user()));
        String executable = arguments.isEmpty() ? spec.executable() : arguments.getFirst();
        arguments.addAll(spec.arguments());
        List<String> environment = new ArrayList<>();
        spec.environment().forEach((name, value) -> environment.add(name + "=" + value));
        for (Map.Entry<String, String> entry : tree.environment().entrySet()) {
            environment.add(entry.getKey() + "=" + entry.getValue());
        }
        return new Spawn(executable, arguments, environment, spec.directory(), streams);
    }

    int pid() {
        return pid;
    }

    /** Where its standard input is written to. With a terminal the same as the output. */
    Descriptor input() {
        return input;
    }

    /** Standard output, and standard error unless it has a terminal. */
    List<Descriptor> outputs() {
        return outputs;
    }

    boolean hasTerminal() {
        return terminal.isPresent();
    }

    void resize(TerminalWindow window) throws KernelException {
        if (terminal.isPresent()) {
            terminal.get().resize(window.columns(), window.rows());
        }
    }

    /** To its process group; SIGKILL to the whole tree. */
    void signal(int number) throws KernelException {
        if (number == SIGKILL) {
            kill();
            return;
        }
        synchronized (this) {
            if (!reaped) {
                Child.signal(-pid, number);
            }
        }
    }

    /** Kills the whole tree and returns when it is dead. Never fails, may be called often. */
    void kill() {
        synchronized (this) {
            if (!reaped) {
                try {
                    // First by group: it may not have entered its tree yet.
                    Child.signal(-pid, SIGKILL);
                } catch (KernelException e) {
                    // EPERM: all that is left of the group belongs to somebody else. The tree decides.
                }
            }
        }
        tree.kill();
    }

    /** Blocks until the program itself has ended; what it started may go on. */
    void awaitEnd() throws KernelException {
        Child.awaitEnd(pid);
    }

    /** How it ended and what it used. Ends the tree; call once, when nothing uses the streams any more. */
    Ended reap() throws IOException {
        tree.kill();
        Child.Status status;
        synchronized (this) {
            status = Child.reap(pid);
            reaped = true;
        }
        Usage usage = tree.usage().orElse(new Usage(status.cpuTime(), status.peakMemoryBytes()));
        boolean exceededMemory = tree.exceededMemory();
        tree.close();
        input.close();
        for (Descriptor output : outputs) {
            output.close();
        }
        return new Ended(status.exitCode(), status.signal(), exceededMemory, usage);
    }

    /**
     * How a program ended.
     *
     * @param signal 0 if it ended by itself
     */
    record Ended(int exitCode, int signal, boolean exceededMemory, Usage usage) {
        Duration cpuTime() {
            return usage.cpuTime();
        }
    }
}
