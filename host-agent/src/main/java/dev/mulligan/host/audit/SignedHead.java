package dev.mulligan.host.audit;

import dev.mulligan.host.audit.HeadFile.Head;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;

/**
 * A head of the record with the host's signature: what stood there then, whoever has the database now.
 *
 * <p>Signed is the canonical JSON of <code>{"head":HASH,"key":ID,"sequence":N,"time":…}</code>.
 *
 * @param time when it was signed
 * @param publicKey whose signature it is: Base64 of a SubjectPublicKeyInfo
 * @param signature 128 hex digits
 */
record SignedHead(Head head, String time, String publicKey, String signature) {
    static SignedHead sign(Head head, Instant now, SigningKey key) {
        String time = EntryFormat.time(now);
        String shown = Base64.getEncoder().encodeToString(key.shown().encoded());
        return new SignedHead(
                head, time, shown, key.sign(statement(head, time, key.shown().id())));
    }

    /** Whether that key has signed it. */
    boolean isBy(AuditKey key) {
        return key.id().equals(keyId());
    }

    /** See {@link AuditKey#id}; empty if that is no key. */
    String keyId() {
        try {
            return key().id();
        } catch (IllegalArgumentException damaged) {
            return "";
        }
    }

    /** Whether the signature is the key's. */
    boolean genuine() {
        try {
            AuditKey key = key();
            return key.signed(statement(head, time, key.id()), signature);
        } catch (IllegalArgumentException damaged) {
            return false;
        }
    }

    private AuditKey key() {
        return AuditKey.ofEncoded(Base64.getDecoder().decode(publicKey));
    }

    private static String statement(Head head, String time, String keyId) {
        return CanonicalJson.write(
                Map.of("head", head.hash().hex(), "key", keyId, "sequence", head.sequence(), "time", time));
    }
}
