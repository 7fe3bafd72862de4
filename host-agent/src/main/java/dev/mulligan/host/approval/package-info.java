/**
 * Decisions that wait for a person. Start at {@link dev.mulligan.host.approval.Approvals}. Knows nothing of how a call is
 * carried out: it keeps a question until somebody answers, and tells who waits. What is answered about changes it has
 * carried out by {@link dev.mulligan.host.approval.ChangeAnswers}.
 */
@NullMarked
package dev.mulligan.host.approval;

import org.jspecify.annotations.NullMarked;
