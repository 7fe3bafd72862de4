/**
 * What the host agent remembers: SQLite, one writer, migrations. Start at {@link Store}.
 *
 * <p>In the state directory this package owns, all of them with mode 0600:
 *
 * <ul>
 *   <li>{@code journal.db}: the record, the tasks and how far they got. Durable: a commit is on the disk.
 *   <li>{@code journal.db-wal}, {@code journal.db-shm}: SQLite's write-ahead log and its index; part of the database.
 *   <li>{@code journal.lock}: locked while a host agent uses the directory.
 *   <li>{@code output.db}, {@code output.db-wal}, {@code output.db-shm}: the events and output of tasks. Survives a
 *       killed host agent whole; a power cut may cost its last moments, never its form.
 *   <li>{@code changes.db}, {@code changes.db-wal}, {@code changes.db-shm}: change sets, and what an apply did to
 *       folders. Durable: a commit is on the disk.
 * </ul>
 */
@NullMarked
package dev.mulligan.host.store;

import org.jspecify.annotations.NullMarked;
