/**
 * The shape of a machine's past: which checkpoints there are, on which disk layers they stand, which may go.
 * Pure values without a file in sight.
 *
 * <p>Start reading at {@link dev.mulligan.vm.checkpoint.CheckpointTree}; {@link
 * dev.mulligan.vm.checkpoint.Retention} is for those who use machines.
 */
@NullMarked
package dev.mulligan.vm.checkpoint;

import org.jspecify.annotations.NullMarked;
