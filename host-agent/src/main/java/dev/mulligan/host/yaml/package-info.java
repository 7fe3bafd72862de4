/**
 * YAML as people write it for Mulligan: every value is read as the type that belongs there, and whatever is not
 * understood is a mistake with file, line, column and what was expected. Start at {@link YamlDocument}.
 */
@NullMarked
package dev.mulligan.host.yaml;

import org.jspecify.annotations.NullMarked;
