/**
 * Machines, as any Java program could use them: define, start, checkpoint, take back.
 *
 * <p>Start reading at {@link dev.mulligan.vm.VmManager}, the door of this module. Everything else here is a
 * value that goes in or comes out of it. The packages below are the inside; nothing outside this module uses
 * them, except the retention policy in {@code vm.checkpoint} and the pool in {@code vm.template}.
 */
@NullMarked
package dev.mulligan.vm;

import org.jspecify.annotations.NullMarked;
