package dev.mulligan.host.audit;

import dev.mulligan.host.audit.HeadFile.Head;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/** The table of signed heads, and that of what was moved out: the only SQL about them. */
final class HeadRows {
    private static final RowMapper<SignedHead> HEAD = (result, context) -> new SignedHead(
            new Head(result.getLong("sequence"), new EntryHash(result.getString("hash"))),
            result.getString("time"),
            result.getString("public_key"),
            result.getString("signature"));

    private HeadRows() {}

    static void insert(Handle handle, SignedHead signed) {
        handle.createUpdate(
                        "INSERT INTO audit_head (sequence, hash, time, public_key, signature) VALUES (?, ?, ?, ?, ?)")
                .bind(0, signed.head().sequence())
                .bind(1, signed.head().hash().hex())
                .bind(2, signed.time())
                .bind(3, signed.publicKey())
                .bind(4, signed.signature())
                .execute();
    }

    static Optional<SignedHead> newest(Handle handle) {
        return handle.createQuery("SELECT * FROM audit_head ORDER BY sequence DESC LIMIT 1")
                .map(HEAD)
                .findOne();
    }

    /** Those of entries {@code first} to {@code last}, in order. */
    static List<SignedHead> between(Handle handle, long first, long last) {
        return handle.createQuery("SELECT * FROM audit_head WHERE sequence BETWEEN ? AND ? ORDER BY sequence")
                .bind(0, first)
                .bind(1, last)
                .map(HEAD)
                .list();
    }

    /** The last entry that was moved out; 0 and no hash if none was. */
    static Head movedOut(Handle handle) {
        return handle.createQuery("SELECT sequence, hash FROM audit_moved ORDER BY sequence DESC LIMIT 1")
                .map((result, context) -> new Head(result.getLong(1), new EntryHash(result.getString(2))))
                .findOne()
                .orElse(new Head(0, EntryHash.NONE));
    }

    /** Lets go of all entries up to that one, and of their heads. */
    static void moveOut(Handle handle, Head last) {
        handle.execute(
                "INSERT INTO audit_moved (sequence, hash) VALUES (?, ?)",
                last.sequence(),
                last.hash().hex());
        handle.execute("DELETE FROM audit WHERE sequence <= ?", last.sequence());
        handle.execute("DELETE FROM audit_head WHERE sequence <= ?", last.sequence());
    }
}
