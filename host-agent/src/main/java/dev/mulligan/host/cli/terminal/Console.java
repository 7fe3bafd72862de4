package dev.mulligan.host.cli.terminal;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The three streams of a command and what they are connected to.
 *
 * @param output the result; UTF-8, buffered, flushed by whoever wrote
 * @param errors what is said to people
 * @param colours whether escape sequences may be written for colour
 */
public record Console(
        InputStream input,
        PrintStream output,
        PrintStream errors,
        boolean inputIsTerminal,
        boolean outputIsTerminal,
        boolean errorsIsTerminal,
        boolean colours) {

    /** Those of this process. Colours only on a terminal, and not where NO_COLOR is set (no-color.org). */
    public static Console ofProcess(Map<String, String> environment) {
        boolean terminal = isTerminal(1) && isTerminal(2);
        boolean plain = !environment.getOrDefault("NO_COLOR", "").isEmpty()
                || "dumb".equals(environment.getOrDefault("TERM", "dumb"));
        return new Console(
                new FileInputStream(FileDescriptor.in),
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                isTerminal(0),
                isTerminal(1),
                isTerminal(2),
                terminal && !plain);
    }

    /** For tests and for programs that bring their own streams: no terminal anywhere. */
    public static Console of(InputStream input, OutputStream output, OutputStream errors) {
        return new Console(
                input,
                new PrintStream(output, false, StandardCharsets.UTF_8),
                new PrintStream(errors, true, StandardCharsets.UTF_8),
                false,
                false,
                false,
                false);
    }

    /** A status line can be drawn and erased. */
    public boolean canRedraw() {
        return errorsIsTerminal && colours;
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(descriptor), 1 << 16), false, StandardCharsets.UTF_8);
    }

    /** Asks the kernel instead of {@code System.console()}, which answers for all streams at once and is slow. */
    private static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd", Integer.toString(descriptor)))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException unknown) {
            return false;
        }
    }
}
