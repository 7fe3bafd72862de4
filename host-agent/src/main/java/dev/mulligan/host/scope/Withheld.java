package dev.mulligan.host.scope;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a scope asks for by name and does not get, for people. */
final class Withheld {
    private final List<String> withheld = new ArrayList<>();

    private Withheld() {}

    /** @param given nothing is left out in it */
    static List<String> of(Scope asked, Scope given) {
        Withheld all = new Withheld();
        all.tools(asked, given);
        all.folders(asked, given);
        all.limits(asked.limits(), given.limits());
        all.modes(asked, given);
        return List.copyOf(all.withheld);
    }

    private void tools(Scope asked, Scope given) {
        EnumSet<Tool> missing = EnumSet.noneOf(Tool.class);
        missing.addAll(asked.tools());
        missing.removeAll(given.tools());
        if (!missing.isEmpty()) {
            withheld.add("tools " + missing.stream().map(Tool::label).collect(Collectors.joining(", ")));
        }
        if (asked.root() && !given.root()) {
            withheld.add("root");
        }
    }

    private void folders(Scope asked, Scope given) {
        for (Folder folder : asked.folders()) {
            List<Folder> parts =
                    given.folders().stream().filter(folder::overlaps).toList();
            if (!parts.equals(List.of(folder))) {
                less("folder", folder.shown(), Folder.shown(parts));
            }
        }
    }

    private void limits(Limits asked, Limits given) {
        limit("time", asked.time(), given.time());
        limit("memory", asked.memory(), given.memory());
        limit("cpus", thousandths(asked.cpuMillis().stream()), thousandths(given.cpuMillis().stream()));
        limit("output", asked.output(), given.output());
        limit(
                "processes",
                asked.processes().stream().boxed().findFirst(),
                given.processes().stream().boxed().findFirst());
        limit("disk", asked.disk(), given.disk());
        limit("approval", asked.patience(), given.patience());
    }

    private static Optional<Double> thousandths(IntStream millis) {
        return millis.mapToObj(value -> value / (double) Ranges.CPU_MILLIS_PER_PROCESSOR)
                .findFirst();
    }

    private <T> void limit(String name, Optional<T> asked, Optional<T> given) {
        asked.ifPresent(wanted ->
                given.filter(less -> !less.equals(wanted)).ifPresent(less -> less("limits." + name, wanted, less)));
    }

    private void modes(Scope asked, Scope given) {
        ApplyMode strictest = Stream.concat(
                        given.apply().stream(), given.inherited().stream().flatMap(book -> book.apply().stream()))
                .max(ApplyMode::compareTo)
                .orElse(ApplyMode.ASK);
        asked.apply()
                .filter(mode -> mode != strictest)
                .ifPresent(mode -> less("apply", mode.label(), strictest.label()));
        asked.fallback()
                .ifPresent(wanted -> given.fallback()
                        .filter(mode -> mode != wanted)
                        .ifPresent(mode -> less("default", wanted.label(), mode.label())));
        asked.recording()
                .ifPresent(wanted -> given.recording()
                        .filter(mode -> mode != wanted)
                        .ifPresent(mode -> less("record", wanted.label(), mode.label())));
    }

    private void less(String what, Object asked, Object given) {
        withheld.add(what + " " + asked + ", gets " + given);
    }
}
