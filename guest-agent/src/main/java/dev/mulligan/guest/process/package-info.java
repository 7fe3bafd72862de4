/**
 * Runs programs: started as a user, held together in a tree that dies as a whole, streamed in both directions. Start
 * reading at {@link dev.mulligan.guest.process.ProcessService}, then RunCall.
 */
@NullMarked
package dev.mulligan.guest.process;

import org.jspecify.annotations.NullMarked;
