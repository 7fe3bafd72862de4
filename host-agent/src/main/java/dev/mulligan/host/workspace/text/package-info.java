/**
 * Texts line by line: differences, hunks to choose from, merges of three. Start at {@link Text}. All of it is bounded,
 * whatever the texts are.
 */
@NullMarked
package dev.mulligan.host.workspace.text;

import org.jspecify.annotations.NullMarked;
