/**
 * Carries changes to a folder, all or nothing, and takes them back. Start at {@link Applier}.
 *
 * <p>Below {@code changes/} in the state directory:
 *
 * <ul>
 *   <li>{@code content/DIGEST}: content of files, by SHA-256: what tasks wrote and what stood in folders before an apply
 *   <li>{@code content/.incoming-N}: one that is being written; removed at the next start
 * </ul>
 *
 * <p>In a granted folder, while something is applied: {@code .mulligan-apply-ID/}, with {@code nN}, what step N puts in
 * place (or, once that is done, what stood there), and {@code oN}, what step N took away. Removed at the end, or at the
 * next start.
 */
@NullMarked
package dev.mulligan.host.workspace.apply;

import org.jspecify.annotations.NullMarked;
