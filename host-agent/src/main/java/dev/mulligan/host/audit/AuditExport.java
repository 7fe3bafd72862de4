package dev.mulligan.host.audit;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The form in which the record leaves the host, and its check, which needs nothing but the file and the public key.
 *
 * <p>An export is lines of canonical JSON (RFC 8785), each ending with a line feed:
 *
 * <ul>
 *   <li>An entry: <code>{"entry":{"actor":…,"decision":…,"details":{…},"kind":…,"rule":…,"sandbox_id":…,"task_id":…,
 *       "time":…,"tool":…},"previous_hash":…,"sequence":…}</code>; all values are strings but {@code details}, an
 *       object of strings, and {@code sequence}, a number. An entry about a task of a thread has {@code "thread"}, too.
 *   <li>A link, for an entry that belongs to another task: the same with {@code "entry_hash"}, the SHA-256 of the
 *       entry's canonical JSON, instead of {@code "entry"}. So a part of the log proves its place in the whole
 *       without telling what it leaves out.
 *   <li>Last, the seal: <code>{"entries":E,"head":HASH,"key":ID,"sequence":N,"signature":…,"task_id":…,"time":…}</code>:
 *       hash and number of the entry before it, how many entries are told and not only linked, whose part it is (empty:
 *       all), when it was made, and the host's signature. A file without it was cut off.
 * </ul>
 *
 * <p>The hash of an entry is the SHA-256 of its link's canonical JSON, and {@code previous_hash} of the next: the chain
 * can be followed through entries and links alike. The first line's {@code previous_hash} is 64 zeros if its sequence
 * is 1. Hashes are 64 lower-case hex digits.
 *
 * <p>The signature is Ed25519 (RFC 8032), 128 lower-case hex digits, over the canonical JSON of the seal without
 * {@code "signature"}; {@code "key"} is the SHA-256 of the public key (a SubjectPublicKeyInfo in DER).
 */
public final class AuditExport {
    private AuditExport() {}

    /**
     * Checks an export, reading it line by line. Whole means: from its first entry to its last nothing was changed,
     * left out, doubled, reordered or cut off since it was written, and with a key: it was that key's owner who wrote
     * it.
     *
     * @param key without it the signature is not looked at
     * @param before what was found for the file whose last entry is the one before this file's first; empty: this is
     *     the first, or the only one
     * @throws IOException only what the source throws
     */
    public static AuditVerdict verify(InputStream source, Optional<AuditKey> key, Optional<AuditVerdict> before)
            throws IOException {
        return new ExportCheck(new ExportLines(source), key).verify(before);
    }
}
