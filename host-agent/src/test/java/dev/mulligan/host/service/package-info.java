/** Tests of the services over real sockets, with hand-written fakes behind them. Start at {@link ServiceFixture}. */
@NullMarked
package dev.mulligan.host.service;

import org.jspecify.annotations.NullMarked;
