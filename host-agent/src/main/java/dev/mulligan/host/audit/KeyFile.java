package dev.mulligan.host.audit;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Where the signing key lives: {@code audit.key}, outside of the database, readable for its owner alone.
 *
 * <p>A key is drafted first ({@code audit.key.new}), signs, and is put in its place then. So a key that is in its place
 * has signed a head: where there is none, somebody took it away.
 */
final class KeyFile {
    private static final Set<PosixFilePermission> OWNER =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final Path directory;
    private final Path file;
    private final Path draft;

    KeyFile(Path directory) {
        this.directory = directory;
        this.file = directory.resolve("audit.key");
        this.draft = directory.resolve("audit.key.new");
    }

    /**
     * The key in its place; empty if there is none.
     *
     * @throws HostException {@code BAD_CONFIG} if others may read it, or it is damaged
     */
    Optional<SigningKey> read() throws IOException {
        return Files.exists(file) ? Optional.of(read(file)) : Optional.empty();
    }

    /** The key that is to come: the one of a start that was cut off, or a new one; durable. */
    SigningKey draft() throws IOException {
        if (Files.exists(draft)) {
            try {
                return read(draft);
            } catch (HostException halfWritten) {
                // It never signed: it is read here before it does.
                Files.delete(draft);
            }
        }
        SigningKey key = SigningKey.make();
        Files.createFile(draft, PosixFilePermissions.asFileAttribute(OWNER));
        try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = StandardCharsets.US_ASCII.encode(key.pem());
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        DurableFiles.sync(directory);
        return key;
    }

    /** Puts the draft in its place. */
    void place() throws IOException {
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        DurableFiles.sync(directory);
    }

    private static SigningKey read(Path file) throws IOException {
        if (!OWNER.containsAll(Files.getPosixFilePermissions(file))) {
            throw bad(file, "mode 0600: who can read it can forge the record", "chmod 600 " + file);
        }
        try {
            return SigningKey.ofPem(Files.readString(file, StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException | java.nio.charset.CharacterCodingException damaged) {
            throw bad(
                    file,
                    "an Ed25519 key: a PRIVATE KEY and its PUBLIC KEY in PEM",
                    "put back a copy of it, or move it away: a new key is made then, and the record says so");
        }
    }

    private static HostException bad(Path file, String expected, String remedy) {
        return HostException.of(HostErrorCode.BAD_CONFIG, "key of the record")
                .value(file)
                .expected(expected)
                .remedy(remedy)
                .build();
    }
}
