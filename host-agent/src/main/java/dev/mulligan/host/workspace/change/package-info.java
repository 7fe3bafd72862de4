/**
 * What a task did to a folder: changes worked out from what the guest says, refused where they must not reach the host,
 * and chosen by people. Start at {@link ChangeSet}.
 */
@NullMarked
package dev.mulligan.host.workspace.change;

import org.jspecify.annotations.NullMarked;
