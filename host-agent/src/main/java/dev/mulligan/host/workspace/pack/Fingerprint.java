package dev.mulligan.host.workspace.pack;

import com.google.protobuf.ByteString;
import dev.mulligan.host.workspace.Sha256;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;

/** SHA-256 over a sequence of values, each of which is told apart from its neighbours. */
final class Fingerprint {
    private static final int ROOM = 1 << 16;

    private final MessageDigest digest = Sha256.digest();
    private final ByteBuffer pending = ByteBuffer.allocate(ROOM);

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
