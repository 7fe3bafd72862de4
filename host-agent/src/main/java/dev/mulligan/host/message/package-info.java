/** Values of the domain in the words of the host's contract, for services and clients alike. */
@NullMarked
package dev.mulligan.host.message;

import org.jspecify.annotations.NullMarked;
