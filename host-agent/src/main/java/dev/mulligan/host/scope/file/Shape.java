package dev.mulligan.host.scope.file;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mulligan.host.yaml.YamlValue;
import java.util.function.Function;

/** What a value looks like: how it is read, and how JSON Schema (draft 2020-12) says so. */
interface Shape<T> {
    /** Reads one; a complaint with its place if it is none. */
    T read(YamlValue value);

    /** The schema of it. */
    ObjectNode schema();

    /** The same on paper, made into something else; what complains while it is made gets the value's place. */
    default <R> Shape<R> as(Function<T, R> maker) {
        Shape<T> written = this;
        return new Shape<>() {
            @Override
            public R read(YamlValue value) {
                T read = written.read(value);
                return value.make(() -> maker.apply(read));
            }

            @Override
            public ObjectNode schema() {
                return written.schema();
            }
        };
    }
}
