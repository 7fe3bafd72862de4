package dev.mulligan.host.cli.client;

import dev.mulligan.host.HostDirectories;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.cli.terminal.Printable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Starts the host agent as a process of its own, which outlives this one, and waits until it answers. Two launchers at
 * once are fine: the second host agent finds the first one's lock and ends, and both launchers find the first.
 */
public final class HostLauncher {
    private static final int LAST_LINES = 20;
    private static final long LAST_BYTES = 16 << 10;
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration RIVAL = Duration.ofSeconds(2);

    private final HostDirectories state;
    private final Path log;
    private final List<String> command;
    private final Duration deadline;

    /** @param command what to run; it must serve {@link HostDirectories#socket} */
    public HostLauncher(HostDirectories state, List<String> command, Duration deadline) {
        this.state = state;
        this.log = state.log().resolve("host-agent.out");
        this.command = List.copyOf(command);
        this.deadline = deadline;
    }

    /** This program again, as the daemon: same Java, same class path. */
    public static List<String> daemonCommand() {
        List<String> command = new ArrayList<>();
        // A session of its own: Ctrl-C in this terminal is not meant for it, nor is the terminal's end.
        command.add("setsid");
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("--sun-misc-unsafe-memory-access=allow");
        String home = System.getProperty("mulligan.home");
        if (home != null) {
            command.add("-Dmulligan.home=" + home);
        }
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add("dev.mulligan.host.HostAgent");
        command.add("daemon");
        return command;
    }

    /**
     * Starts it and waits.
     *
     * @param progress told what is being waited for
     * @throws HostException {@link HostErrorCode#NO_HOST_AGENT} with the end of its log, if it ends or does not answer
     *     in time
     */
    public void start(Consumer<String> progress) throws InterruptedException {
        progress.accept("starting the host agent");
        long logged;
        Process process;
        try {
            state.create();
            logged = Files.exists(log) ? Files.size(log) : 0;
            process = new ProcessBuilder(command)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException impossible) {
            throw failure("the host agent could not be started", state.state().toString(), impossible.toString());
        }
        progress.accept("waiting for the host agent");
        if (awaitAnswer(process, deadline)) {
            return;
        }
        if (process.isAlive()) {
            throw failure("the host agent does not answer", "after " + deadline.toSeconds() + " s", lastLines(logged));
        }
        throw failure("the host agent ended", "exit code " + process.exitValue(), lastLines(logged));
    }

    /** A process that ended has failed, or lost the race against another, which may need a moment more to answer. */
    private boolean awaitAnswer(Process process, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        boolean ended = false;
        while (System.nanoTime() < end) {
            if (HostClient.answers(state.socket())) {
                return true;
            }
            if (ended) {
                TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
            } else if (process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
                ended = true;
                end = Math.min(end, System.nanoTime() + RIVAL.toNanos());
            }
        }
        return false;
    }

    private HostException failure(String what, String value, String lastLines) {
        return HostException.of(HostErrorCode.NO_HOST_AGENT, what)
                .value(value)
                .remedy("see 'mulligan doctor' and " + log
                        + (lastLines.isBlank() ? "" : ", whose last lines are\n" + lastLines))
                .build();
    }

    /** The end of what it wrote since it was started. */
    private String lastLines(long from) {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long start = Math.max(from, file.length() - LAST_BYTES);
            byte[] end = new byte[(int) (file.length() - start)];
            file.seek(start);
            file.readFully(end);
            List<String> lines = new String(end, StandardCharsets.UTF_8).lines().toList();
            StringBuilder text = new StringBuilder();
            for (String line : lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size())) {
                text.append("  ").append(Printable.of(line)).append('\n');
            }
            return text.toString().stripTrailing();
        } catch (IOException unreadable) {
            return "";
        }
    }
}
