/**
 * Interpreters that live on from call to call. Start reading at {@link dev.mulligan.guest.session.SessionService}, then
 * EvaluateCall; {@code driver.py} and {@code driver.js} are the other end of {@code ControlFrames}.
 */
@NullMarked
package dev.mulligan.guest.session;

import org.jspecify.annotations.NullMarked;
