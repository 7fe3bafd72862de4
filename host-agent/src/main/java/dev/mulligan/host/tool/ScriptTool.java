package dev.mulligan.host.tool;

import dev.mulligan.host.HostException;
import dev.mulligan.host.guest.Guest.WriteOptions;
import dev.mulligan.host.guest.GuestPath;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs source code as a program of its own.
 *
 * <p>The code goes to a hidden file in the user's home, not to standard input or the command line: so tracebacks show
 * lines, its size is not bounded by execve(2), and {@code import helper} or {@code require('./helper')} finds what an
 * earlier call has put beside it. The file is removed afterwards.
 */
final class ScriptTool {
    private static final Logger LOG = LoggerFactory.getLogger(ScriptTool.class);
    private static final int ONLY_THE_USER = 0600;

    private final String interpreter;
    private final String extension;

    ScriptTool(String interpreter, String extension) {
        this.interpreter = interpreter;
        this.extension = extension;
    }

    ToolResult run(String code, List<String> arguments, boolean root, Workplace place) throws InterruptedException {
        GuestPath file =
                GuestPath.of((root ? "/root" : "/home/agent") + "/.mulligan-call-" + UUID.randomUUID() + extension);
        place.guest()
                .files()
                .write(
                        file,
                        Programs.user(root),
                        new WriteOptions(ONLY_THE_USER, false),
                        new ByteArrayInputStream(code.getBytes(StandardCharsets.UTF_8)));
        try {
            List<String> command = new ArrayList<>(List.of(interpreter, file.toString()));
            command.addAll(arguments);
            return Programs.run(command, root, place);
        } finally {
            remove(file, root, place);
        }
    }

    private static void remove(GuestPath file, boolean root, Workplace place) {
        try {
            place.guest().files().remove(file, Programs.user(root), false);
        } catch (HostException gone) {
            // The call removed it itself, or the machine went away: the call's own result says more.
            LOG.debug("The file of a call stays behind: {}", gone.getMessage());
        }
    }
}
