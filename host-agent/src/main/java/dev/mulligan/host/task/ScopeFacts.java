package dev.mulligan.host.task;

import dev.mulligan.host.scope.Folder;
import dev.mulligan.host.scope.ResolvedScope;
import dev.mulligan.host.scope.Rule;
import dev.mulligan.host.scope.Rulebook;
import dev.mulligan.host.scope.Scope;
import dev.mulligan.host.scope.Tool;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A task's scope in the record: all that decides, each rule under its name. */
final class ScopeFacts {
    private ScopeFacts() {}

    static Map<String, String> of(TaskSpec spec, ResolvedScope scope) {
        Scope asked = spec.scope();
        Map<String, String> facts = new TreeMap<>(spec.lineage().facts());
        asked.base().ifPresent(base -> facts.put("extends", base.value()));
        facts.put("tools", scope.tools().stream().map(Tool::label).collect(Collectors.joining(",")));
        facts.put("root", Boolean.toString(scope.root()));
        facts.put("time", scope.limits().time().toString());
        facts.put("memory", scope.limits().memory().toString());
        facts.put("cpu_millis", Integer.toString(scope.limits().cpuMillis()));
        facts.put("output", scope.limits().output().toString());
        facts.put("processes", Integer.toString(scope.limits().processes()));
        asked.limits().disk().ifPresent(disk -> facts.put("disk", disk.toString()));
        asked.limits().patience().ifPresent(patience -> facts.put("approval", patience.toString()));
        for (int index = 0; index < scope.folders().size(); index++) {
            facts.put("folders[" + index + "]", text(scope.folders().get(index)));
        }
        facts.put("default", scope.fallback().label());
        facts.put("record", scope.recording().label());
        for (Rulebook book : scope.rulebooks()) {
            book.apply().ifPresent(apply -> facts.put(book.origin() + ".apply", apply.label()));
            for (int index = 0; index < book.rules().size(); index++) {
                Rule rule = book.rules().get(index);
                facts.put(book.name(index), rule.then().label() + " when " + rule.when());
            }
        }
        return facts;
    }

    private static String text(Folder folder) {
        return folder.path() + " as " + folder.as() + ", "
                + folder.access().name().toLowerCase(Locale.ROOT)
                + (folder.excludes().isEmpty() ? "" : ", without " + String.join(" ", folder.excludes()));
    }
}
