package dev.mulligan.host.audit;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** The public half of the key that signs the record: Ed25519 (RFC 8032). */
public final class AuditKey {
    static final String ALGORITHM = "Ed25519";
    private static final String LABEL = "PUBLIC KEY";
    /** 64 bytes, as lower-case hex: one text for each signature. */
    private static final Pattern SIGNATURE = Pattern.compile("[0-9a-f]{128}");

    private final PublicKey key;

    AuditKey(PublicKey key) {
        this.key = key;
    }

    /**
     * Reads one, as {@link #pem} writes it.
     *
     * @throws HostException {@code INVALID_ARGUMENT}
     */
    public static AuditKey ofPem(String text) {
        try {
            return ofEncoded(Pem.read(text, LABEL));
        } catch (IllegalArgumentException malformed) {
            throw HostException.of(HostErrorCode.INVALID_ARGUMENT, "public key")
                    .expected("a PEM file with an Ed25519 PUBLIC KEY")
                    .remedy("'mulligan audit key', on the host that wrote the export, prints the right one")
                    .cause(malformed)
                    .build();
        }
    }

    /** From a SubjectPublicKeyInfo (RFC 8410); {@link IllegalArgumentException} if it is none. */
    static AuditKey ofEncoded(byte[] encoded) {
        try {
            return new AuditKey(KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded)));
        } catch (GeneralSecurityException malformed) {
            throw new IllegalArgumentException("no Ed25519 public key", malformed);
        }
    }

    /** A SubjectPublicKeyInfo (RFC 8410). */
    byte[] encoded() {
        return key.getEncoded();
    }

    /** The key as a PEM file (RFC 7468). */
    public String pem() {
        return Pem.write(LABEL, encoded());
    }

    /** What the key is called in the record: the SHA-256 of its SubjectPublicKeyInfo, 64 hex digits. */
    public String id() {
        return EntryHash.of(encoded()).hex();
    }

    /** Whether that is this key's signature over the statement's UTF-8 bytes. */
    boolean signed(String statement, String signature) {
        if (!SIGNATURE.matcher(signature).matches()) {
            return false;
        }
        try {
            Signature check = Signature.getInstance(ALGORITHM);
            check.initVerify(key);
            check.update(statement.getBytes(StandardCharsets.UTF_8));
            return check.verify(HexFormat.of().parseHex(signature));
        } catch (SignatureException malformed) {
            return false;
        } catch (GeneralSecurityException everyPlatformHasIt) {
            throw new IllegalStateException(everyPlatformHasIt);
        }
    }

    @Override
    public String toString() {
        return id();
    }
}
