package dev.mulligan.host.cli.taskfile;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Source code in a file of this machine. */
public final class CodeFile {
    private static final int LARGEST = 1 << 20;

    private CodeFile() {}

    /** All of it. */
    public static String read(String name) {
        Path file = Path.of(name);
        try {
            if (Files.size(file) > LARGEST) {
                throw bad(file, Files.size(file) + " bytes").build();
            }
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException malformed) {
            throw bad(file, "not UTF-8").build();
        } catch (IOException unreadable) {
            throw bad(file, unreadable.toString()).cause(unreadable).build();
        }
    }

    private static HostException.Builder bad(Path file, String value) {
        return HostException.of(HostErrorCode.BAD_TASK, file + ": program that cannot be sent")
                .value(value)
                .expected("readable UTF-8 of at most " + LARGEST + " bytes")
                .remedy("copy it into a sandbox instead: mulligan sandbox cp");
    }
}
