package dev.mulligan.host.scope;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.vm.DataSize;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a task may do, as a person asked for it. What it does not name is denied. {@code BAD_SCOPE} if it contradicts
 * itself.
 *
 * @param base the named scope that it narrows; what it leaves out is as there, but for {@code root}
 * @param tools the tools that calls may use; empty: none, or those of the base
 * @param root calls may ask to run as root inside the sandbox
 * @param folders of the host that the sandbox sees; none lies in another, on either side
 * @param rules its own; the first that matches decides
 * @param apply what becomes of a change that none of its own rules matches; empty: as in the base, or a person is asked
 * @param fallback what becomes of a call whose tool it does not name, ask or deny; empty: as in the base, or deny
 * @param recording what the record holds of arguments; empty: as in the base, or digests
 * @param inherited the rules of the scopes that it narrows, at most 16 of them
 */
public record Scope(
        Optional<ScopeName> base,
        Set<Tool> tools,
        boolean root,
        List<Folder> folders,
        Limits limits,
        List<Rule> rules,
        Optional<ApplyMode> apply,
        Optional<Effect> fallback,
        Optional<Recording> recording,
        List<Rulebook> inherited) {
    /** Allows nothing. */
    public static final Scope NOTHING = new Scope(Set.of(), false, Limits.DEFAULT);

    /** Folders of one scope. */
    public static final int MOST_FOLDERS = 32;

    private static final int MOST_INHERITED = 16;

    public Scope {
        // Not Set.copyOf: its order changes from run to run, and this order is seen in records.
        EnumSet<Tool> ordered = EnumSet.noneOf(Tool.class);
        ordered.addAll(tools);
        tools = Collections.unmodifiableSet(ordered);
        folders = List.copyOf(folders);
        rules = Rulebook.own(rules, apply).rules();
        inherited = List.copyOf(inherited);
        require(folders.size() <= MOST_FOLDERS, "number of folders", folders.size(), "at most " + MOST_FOLDERS);
        requireApart(folders);
        require(inherited.size() <= MOST_INHERITED, "inherited rules", inherited.size(), "at most " + MOST_INHERITED);
        require(!fallback.equals(Optional.of(Effect.ALLOW)), "default", "allow", "ask or deny");
    }

    /** With nothing but tools, root and limits. */
    public Scope(Set<Tool> tools, boolean root, Limits limits) {
        this(
                Optional.empty(),
                tools,
                root,
                List.of(),
                limits,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    /**
     * This scope in a sandbox of that size, every default filled in. What it takes over from its base must be in it
     * already.
     *
     * @param memory the sandbox's own
     * @param processors the sandbox's own, at least 1
     * @throws dev.mulligan.host.HostException {@code BAD_SCOPE} if a limit is larger than the sandbox
     */
    public ResolvedScope resolve(DataSize memory, int processors) {
        int allProcessors = Math.multiplyExact(processors, Ranges.CPU_MILLIS_PER_PROCESSOR);
        DataSize wantedMemory = limits.memory().orElse(memory);
        int wantedCpu = limits.cpuMillis().orElse(allProcessors);
        Ranges.require(
                wantedMemory.compareTo(memory) <= 0, "limit memory", wantedMemory, "at most the sandbox's " + memory);
        Ranges.require(
                wantedCpu <= allProcessors, "limit cpu_millis", wantedCpu, "at most the sandbox's " + allProcessors);
        return new ResolvedScope(
                tools,
                root,
                folders,
                new ResolvedLimits(
                        limits.time().orElse(Limits.DEFAULT_TIME),
                        wantedMemory,
                        wantedCpu,
                        limits.output().orElse(Limits.DEFAULT_OUTPUT),
                        limits.processes().orElse(Limits.DEFAULT_PROCESSES),
                        limits.disk(),
                        limits.patience()),
                rulebooks(),
                fallback.orElse(Effect.DENY),
                recording.orElse(Recording.DIGESTS));
    }

    /**
     * Both in one: this scope, which extends that one.
     *
     * @param whole what it takes over itself is in it already
     * @throws dev.mulligan.host.HostException {@code BAD_SCOPE} names the field that would widen it, with both values
     */
    public Scope extending(ScopeName name, Scope whole) {
        return new Extension(name, whole, this).scope();
    }

    /**
     * The scope of a task that asks for this one and is handed on: never more than what is handed on to it.
     *
     * @param from what is handed on, its rules under the names of those who do
     * @param givers they, for people: {@code task tidy-1}
     * @param memory of the sandbox in which it will run, as in {@link #resolve}
     * @throws dev.mulligan.host.HostException {@code BAD_SCOPE} if nothing is left of a folder that it asks for, or its
     *     limits are larger than the sandbox
     */
    public HandedOn handedOn(ResolvedScope from, String givers, DataSize memory, int processors) {
        return new HandingOn(from, givers, this).to(memory, processors);
    }

    /** Its own rules and those of the scopes that it narrows; at least one of them has an opinion about every change. */
    List<Rulebook> rulebooks() {
        List<Rulebook> books = new ArrayList<>(inherited);
        boolean opinion = inherited.stream().anyMatch(book -> book.apply().isPresent());
        Rulebook own = Rulebook.own(rules, opinion ? apply : apply.or(() -> Optional.of(ApplyMode.ASK)));
        if (!own.isEmpty()) {
            books.addFirst(own);
        }
        return books;
    }

    private static void requireApart(List<Folder> folders) {
        for (int first = 0; first < folders.size(); first++) {
            for (int second = first + 1; second < folders.size(); second++) {
                require(
                        !folders.get(first).overlaps(folders.get(second)),
                        "folders that overlap",
                        folders.get(first).path() + " and "
                                + folders.get(second).path(),
                        "no folder in another, neither on the host nor in the sandbox");
            }
        }
    }

    private static void require(boolean holds, String what, Object value, String expected) {
        if (!holds) {
            throw HostException.of(HostErrorCode.BAD_SCOPE, what)
                    .value(value)
                    .expected(expected)
                    .remedy("correct the scope")
                    .build();
        }
    }
}
