package dev.mulligan.host.task;

import dev.mulligan.host.scope.Access;
import dev.mulligan.host.scope.ApplyMode;
import dev.mulligan.host.scope.Condition;
import dev.mulligan.host.scope.Effect;
import dev.mulligan.host.scope.Folder;
import dev.mulligan.host.scope.Limits;
import dev.mulligan.host.scope.Rule;
import dev.mulligan.host.scope.Scope;
import dev.mulligan.host.scope.Tool;
import dev.mulligan.host.workspace.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A granted folder, on a real file system, and tasks that change it: what they may change is in {@code data} and {@code
 * new}, what a person is asked about in {@code notes}, and what is denied in {@code secret}.
 */
final class GrantedReports {
    static final String SHOWN = "/workspace/reports/";
    private static final String KEPT = ".kept";

    private final Path folder;
    private final Random random;

    GrantedReports(Path folder, Random random) throws IOException {
        this.folder = folder;
        this.random = random;
        for (String directory : List.of("data", "new", "notes", "secret")) {
            Trees.write(folder.resolve(directory).resolve(KEPT), "kept\n");
        }
        for (int number = 0; number < 6; number++) {
            Trees.write(folder.resolve("data/file-" + number), "at first\n");
        }
        Trees.write(folder.resolve("secret/one.key"), "secret\n");
    }

    Path folder() {
        return folder;
    }

    Scope scope() {
        return new Scope(
                Optional.empty(),
                EnumSet.of(Tool.SHELL),
                false,
                List.of(new Folder(folder.toString(), SHOWN.substring(0, SHOWN.length() - 1), Access.WRITE, List.of())),
                Limits.DEFAULT,
                List.of(
                        new Rule(Condition.of("change.path.endsWith('.key')"), Effect.DENY, "a secret"),
                        new Rule(Condition.of("change.path.endsWith('.md')"), Effect.ASK, "people read it")),
                Optional.of(ApplyMode.AUTO),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    /** Every file, with its text. */
    SortedMap<String, String> texts() throws IOException {
        SortedMap<String, String> texts = new TreeMap<>();
        try (var paths = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                String name = folder.relativize(path).toString();
                if (Files.isRegularFile(path)) {
                    texts.put(name, Files.readString(path));
                } else if (!Files.isDirectory(path)) {
                    texts.put(name, "neither file nor directory");
                }
            }
        }
        return texts;
    }

    /** Directories in which nothing is, and what an apply has left. */
    List<String> litter() throws IOException {
        List<String> litter = new ArrayList<>();
        Set<String> files = texts().keySet();
        try (var paths = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                String name = folder.relativize(path).toString();
                boolean empty = Files.isDirectory(path)
                        && files.stream().noneMatch(file -> name.isEmpty() || file.startsWith(name + "/"));
                if (empty || name.startsWith(".mulligan")) {
                    litter.add(name);
                }
            }
        }
        return litter;
    }

    /**
     * What the task of a round does.
     *
     * @param commands in the language of {@link RealSandboxes}, of two calls
     * @param after the files that are there if all that is allowed was applied
     */
    record Work(List<String> commands, SortedMap<String, String> after) {}

    Work work(int round, Map<String, String> before) {
        SortedMap<String, String> after = new TreeMap<>(before);
        List<String> commands = new ArrayList<>();
        List<String> files = new ArrayList<>(before.keySet());
        files.removeIf(file -> !file.startsWith("data/") || file.endsWith(KEPT));
        Collections.shuffle(files, random);
        if (files.size() > 5) {
            String gone = files.removeFirst();
            commands.add("remove " + SHOWN + gone);
            after.remove(gone);
        }
        for (String file : files.subList(0, 3)) {
            write(file, "round " + round, commands, after);
        }
        write("data/of-" + round, "a long text ".repeat(1 + random.nextInt(2_000)), commands, after);
        for (String file : before.keySet()) {
            if (file.startsWith("new/of-") && file.endsWith("/deep/one")) {
                String directory = file.substring(0, file.length() - "/deep/one".length());
                commands.add("remove " + SHOWN + directory);
                after.keySet().removeIf(other -> other.startsWith(directory + "/"));
            }
        }
        write("new/of-" + round + "/deep/one", "one", commands, after);
        write("new/of-" + round + "/two", "two", commands, after);
        Collections.shuffle(commands, random);
        // Never to be seen, and to be seen only when somebody says so.
        commands.add("edit " + SHOWN + "secret/one.key stolen");
        commands.add("edit " + SHOWN + "secret/" + round + ".key forged");
        commands.add("edit " + SHOWN + note(round) + " " + noteText(round));
        int half = commands.size() / 2;
        return new Work(
                List.of(
                        String.join("; ", commands.subList(0, half)),
                        String.join("; ", commands.subList(half, commands.size()))),
                after);
    }

    private static void write(String file, String text, List<String> commands, Map<String, String> after) {
        commands.add("edit " + SHOWN + file + " " + text.strip());
        after.put(file, text.strip());
    }

    static String note(int round) {
        return "notes/of-" + round + ".md";
    }

    static String noteText(int round) {
        return "note " + round;
    }
}
