package dev.mulligan.image.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A program and its arguments. No shell reads them.
 *
 * @param arguments the program first
 * @param environment added to this process's own
 * @param directory where it runs
 */
public record Command(List<String> arguments, Map<String, String> environment, Path directory) {

    public Command {
        arguments = List.copyOf(arguments);
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException("arguments: [] (expected: a program)");
        }
        environment = Map.copyOf(new TreeMap<>(environment));
    }

    public static Command in(Path directory, String... arguments) {
        return new Command(Arrays.asList(arguments), Map.of(), directory);
    }

    public String program() {
        return arguments.getFirst();
    }

    /** The same with one more variable. */
    public Command with(String variable, String value) {
        Map<String, String> more = new TreeMap<>(environment);
        more.put(variable, value);
        return new Command(arguments, more, directory);
    }

    /** The same, run by another program that takes it as its last arguments. */
    public Command below(List<String> outer) {
        List<String> all = new ArrayList<>(outer);
        all.addAll(arguments);
        return new Command(all, environment, directory);
    }
}
