package dev.mulligan.host.cli.bench;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Something that is made when it is first asked for, unless it cannot be made here. Not safe for use by several threads. */
final class Once<T> {
    private final String name;
    private final Maker<T> maker;
    private final Consumer<String> notes;
    private boolean tried;
    private @Nullable T made;

    /** @param notes told why it cannot be made */
    Once(String name, Maker<T> maker, Consumer<String> notes) {
        this.name = name;
        this.maker = maker;
        this.notes = notes;
    }

    /** Makes it; an {@link IOException} says that it cannot be made here. */
    interface Maker<T> {
        T make() throws Exception;
    }

    Optional<T> get() throws Exception {
        if (!tried) {
            tried = true;
            try {
                made = maker.make();
            } catch (IOException absent) {
                notes.accept("no " + name + ": " + absent.getMessage());
            }
        }
        return Optional.ofNullable(made);
    }
}
