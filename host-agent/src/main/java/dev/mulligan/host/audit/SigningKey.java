package dev.mulligan.host.audit;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.HexFormat;

/** The key that signs the record: Ed25519 (RFC 8032). Safe for use by several threads. */
final class SigningKey {
    private static final String LABEL = "PRIVATE KEY";

    private final PrivateKey secret;
    private final AuditKey shown;

    private SigningKey(PrivateKey secret, AuditKey shown) {
        this.secret = secret;
        this.shown = shown;
    }

    static SigningKey make() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance(AuditKey.ALGORITHM).generateKeyPair();
            return new SigningKey(pair.getPrivate(), new AuditKey(pair.getPublic()));
        } catch (GeneralSecurityException everyPlatformHasIt) {
            throw new IllegalStateException(everyPlatformHasIt);
        }
    }

    /** As {@link #pem} writes it; {@link IllegalArgumentException} if it is not. */
    static SigningKey ofPem(String text) {
        try {
            PrivateKey secret = KeyFactory.getInstance(AuditKey.ALGORITHM)
                    .generatePrivate(new PKCS8EncodedKeySpec(Pem.read(text, LABEL)));
            SigningKey key = new SigningKey(secret, AuditKey.ofEncoded(Pem.read(text, "PUBLIC KEY")));
            if (!key.shown.signed("probe", key.sign("probe"))) {
                throw new IllegalArgumentException("the public key is not that of the private one");
            }
            return key;
        } catch (GeneralSecurityException malformed) {
            throw new IllegalArgumentException("no Ed25519 private key", malformed);
        }
    }

    /** Both halves (RFC 8410, RFC 7468): from the private one alone the JDK does not compute the other. */
    String pem() {
        return Pem.write(LABEL, secret.getEncoded()) + shown.pem();
    }

    AuditKey shown() {
        return shown;
    }

    /** Over the statement's UTF-8 bytes: 128 hex digits. */
    String sign(String statement) {
        try {
            Signature signature = Signature.getInstance(AuditKey.ALGORITHM);
            signature.initSign(secret);
            signature.update(statement.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(signature.sign());
        } catch (GeneralSecurityException everyPlatformHasIt) {
            throw new IllegalStateException(everyPlatformHasIt);
        }
    }
}
