/**
 * What a task may do, and the decision about each call. Start at {@link Scope}. Knows nothing of tasks, sandboxes or
 * the guest: it is given facts and answers.
 */
@NullMarked
package dev.mulligan.host.scope;

import org.jspecify.annotations.NullMarked;
