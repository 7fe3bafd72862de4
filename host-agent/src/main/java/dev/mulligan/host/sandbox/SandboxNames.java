package dev.mulligan.host.sandbox;

import dev.mulligan.host.RandomWord;
import dev.mulligan.host.SandboxId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Chooses ids and names: ids are random, names are two short words that people can say. A name is the host name of a
 * machine, too, and what people remember it by: it comes back only when {@value #REMEMBERED} others have been given
 * since, whether its sandbox is still there or not. A host agent that starts again knows of no name that is not taken.
 * Not safe for use by several threads, but for {@link #id}.
 */
final class SandboxNames {
    private static final List<String> FIRST = List.of(
            "amber", "bold", "brave", "brisk", "calm", "clear", "cool", "crisp", "dry", "early", "fair", "fast", "fine",
            "fresh", "gentle", "glad", "golden", "green", "happy", "keen", "kind", "late", "light", "lucky", "mild",
            "neat", "noble", "plain", "proud", "quick", "quiet", "rapid", "ready", "rosy", "round", "sharp", "shiny",
            "silent", "smart", "soft", "solid", "steady", "still", "sunny", "swift", "tidy", "warm", "wise");
    private static final List<String> SECOND = List.of(
            "acorn", "ant", "bay", "beach", "birch", "brook", "cedar", "cliff", "cloud", "comet", "coral", "crane",
            "creek", "dawn", "dune", "eagle", "elm", "fern", "finch", "fjord", "fox", "grove", "hare", "hill", "ivy",
            "lake", "lark", "leaf", "maple", "marsh", "meadow", "moon", "moss", "oak", "otter", "owl", "pebble", "pine",
            "pond", "rain", "reef", "river", "robin", "shore", "star", "stone", "tern", "wren");
    private static final int TRIES = 20;
    /** Less than half of the names that there are: a random one is mostly none of these. */
    static final int REMEMBERED = 1000;

    private final RandomGenerator random;
    private final SequencedSet<String> given = new LinkedHashSet<>();

    SandboxNames(RandomGenerator random) {
        this.random = random;
    }

    SandboxId id() {
        return new SandboxId("sb-" + RandomWord.of(random));
    }

    /** A name that is not taken, nor was given lately; with a number where there are very many sandboxes. */
    String name(Predicate<String> taken) {
        String name = choose(taken.or(given::contains));
        given.add(name);
        if (given.size() > REMEMBERED) {
            given.removeFirst();
        }
        return name;
    }

    private String choose(Predicate<String> unfit) {
        for (int count = 0; count < TRIES; count++) {
            String name = words();
            if (!unfit.test(name)) {
                return name;
            }
        }
        int number = 2;
        String words = words();
        while (unfit.test(words + "-" + number)) {
            number++;
        }
        return words + "-" + number;
    }

    private String words() {
        return FIRST.get(random.nextInt(FIRST.size())) + "-" + SECOND.get(random.nextInt(SECOND.size()));
    }
}
