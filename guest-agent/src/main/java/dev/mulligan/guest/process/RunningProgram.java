package dev.mulligan.guest.process;

import dev.mulligan.guest.account.Account;
import dev.mulligan.guest.linux.Child;
import dev.mulligan.guest.linux.Credentials;
import dev.mulligan.guest.linux.Descriptor;
import dev.mulligan.guest.linux.Kernel;
import dev.mulligan.guest.linux.KernelException;
import dev.mulligan.guest.linux.Spawn;
import dev.mulligan.guest.linux.Terminal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A program that has been started: our ends of its streams, and the tree it is the root of.
 *
 * <p>Safe for use by several threads; one of them sees it end, calls {@link #reap} and then {@link #close}.
 */
final class RunningProgram implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(RunningProgram.class.getName());
    private static final int SIGKILL = 9;

    private final ProcessTree tree;
    private final int pid;
    private final Descriptor end;
    private final Descriptor input;
    private final List<Descriptor> outputs;
    private final Optional<Terminal> terminal;
    private boolean reaped;

    private RunningProgram(
            ProcessTree tree, int pid, Descriptor input, List<Descriptor> outputs, Optional<Terminal> terminal)
            throws KernelException {
        this.tree = tree;
        this.pid = pid;
        this.end = Child.watch(pid);
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
        List<String> environment = new ArrayList<>();
        for (Map.Entry<String, String> entry : spec.environment().entrySet()) {
            environment.add(entry.getKey() + "=" + entry.getValue());
        }
        for (Map.Entry<String, String> entry : tree.environment().entrySet()) {
            environment.add(entry.getKey() + "=" + entry.getValue());
        }
        return new Spawn(
                spec.executable(),
                spec.arguments(),
                environment,
                spec.directory(),
                streams,
                tree.cgroup(),
                credentials(spec.user()));
    }

    /** None for root, and where we are somebody who has nothing to give up. */
    private static Optional<Credentials> credentials(Account user) {
        return user.isRoot() || Kernel.effectiveUserId() != 0
                ? Optional.empty()
                : Optional.of(new Credentials(user.uid(), user.gid(), user.groups()));
    }

    int pid() {
        return pid;
    }

    /** Becomes readable when the program itself has ended; what it started may go on. */
    Descriptor end() {
        return end;
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
                    // First by group: without a cgroup it may not be found otherwise.
                    Child.signal(-pid, SIGKILL);
                } catch (KernelException e) {
                    // EPERM: all that is left of the group belongs to somebody else. The tree decides.
                }
            }
        }
        tree.kill();
    }

    /** How it ended and what it used. Ends the tree; call once. */
    Ended reap() throws IOException {
        tree.kill();
        Child.Status status;
        synchronized (this) {
            status = Child.reap(pid);
            reaped = true;
        }
        Usage usage = tree.usage().orElse(new Usage(status.cpuTime(), status.peakMemoryBytes()));
        return new Ended(status.exitCode(), status.signal(), status.signal() != 0 && tree.exceededMemory(), usage);
    }

    /** Frees what stood behind it, when nothing uses the streams any more; kills and reaps if need be. Never fails. */
    @Override
    public void close() {
        tree.close();
        synchronized (this) {
            if (!reaped) {
                reaped = true;
                quietly("cannot reap", () -> Child.reap(pid));
            }
        }
        quietly("cannot close its end", end::close);
        quietly("cannot close its input", input::close);
        for (Descriptor output : outputs) {
            quietly("cannot close its output", output::close);
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    private void quietly(String what, Step step) {
        try {
            step.run();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "program {0}: {1}: {2}", pid, what, e);
        }
    }

    /**
     * How a program ended.
     *
     * @param signal 0 if it ended by itself
     */
    record Ended(int exitCode, int signal, boolean exceededMemory, Usage usage) {}
}
