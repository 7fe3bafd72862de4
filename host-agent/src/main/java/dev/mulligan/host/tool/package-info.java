/** One class per tool: a call in, guest requests out. Start at {@link ToolCall}, then {@link Tools}. */
@NullMarked
package dev.mulligan.host.tool;

import org.jspecify.annotations.NullMarked;
