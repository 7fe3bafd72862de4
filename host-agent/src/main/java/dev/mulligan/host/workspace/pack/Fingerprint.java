package dev.mulligan.host.workspace.pack;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 over a sequence of values, each of which is told apart from its neighbours. */
final class Fingerprint {
    private static final int ROOM = 1 << 16;

    private final MessageDigest digest = sha256();
    private final ByteBuffer pending = ByteBuffer.allocate(ROOM);

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    Fingerprint add(long number) {
        room(Long.BYTES).putLong(number);
        return this;
    }

    /** At most 64 KiB. */
    Fingerprint add(ByteString bytes) {
        add(bytes.size());
        bytes.copyTo(room(bytes.size()));
        return this;
    }

    private ByteBuffer room(int bytes) {
        if (pending.remaining() < bytes) {
            digest.update(pending.flip());
            pending.clear();
        }
        return pending;
    }

    /** In hexadecimal. */
    String end() {
        digest.update(pending.flip());
        return HexFormat.of().formatHex(digest.digest());
    }
}
