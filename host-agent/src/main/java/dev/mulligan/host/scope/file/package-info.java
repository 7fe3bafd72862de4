/**
 * Scopes as people write them: read from YAML, described by a JSON Schema, found by name. Start at {@link ScopeForm}. Reader
 * and schema are made of the same {@link Shape}s, so that neither knows a key that the other does not.
 */
@NullMarked
package dev.mulligan.host.scope.file;

import org.jspecify.annotations.NullMarked;
