package dev.mulligan.host.scope.file;

/**
 * A key of a mapping.
 *
 * @param description for people who write one, in their editor
 */
record Key<T>(String name, Shape<T> shape, boolean required, String description) {
    static <T> Key<T> optional(String name, Shape<T> shape, String description) {
        return new Key<>(name, shape, false, description);
    }

    static <T> Key<T> required(String name, Shape<T> shape, String description) {
        return new Key<>(name, shape, true, description);
    }
}
