/**
 * The guest's user accounts. Start reading at {@link dev.mulligan.guest.account.Accounts}.
 */
@NullMarked
package dev.mulligan.guest.account;

import org.jspecify.annotations.NullMarked;
