package dev.mulligan.host.audit;

/**
 * The form in which the record leaves the host, and its check, which needs nothing but the file.
 *
 * <p>An export is lines of canonical JSON (RFC 8785), each ending with a line feed:
 *
 * <ul>
 *   <li>An entry: <code>{"entry":{"actor":…,"decision":…,"details":{…},"kind":…,"rule":…,"sandbox_id":…,"task_id":…,
 *       "time":…,"tool":…},"previous_hash":…,"sequence":…}</code>; all values are strings but {@code details}, an
 *       object of strings, and {@code sequence}, a number.
 *   <li>A link, for an entry that belongs to another task: the same with {@code "entry_hash"}, the SHA-256 of the
 *       entry's canonical JSON, instead of {@code "entry"}. So a part of the log proves its place in the whole
 *       without telling what it leaves out.
 *   <li>Last, the head: <code>{"head":HASH,"sequence":N}</code>: hash and number of the entry before it. A file
 *       without it was cut off.
 * </ul>
 *
 * <p>The hash of an entry is the SHA-256 of its link's canonical JSON, and {@code previous_hash} of the next: the chain
 * can be followed through entries and links alike. The first line's {@code previous_hash} is 64 zeros if its sequence
 * is 1.
 */
public final class AuditExport {
    private AuditExport() {}
}
