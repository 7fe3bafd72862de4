package dev.mulligan.host.cli.doctor;

import dev.mulligan.proto.host.v1.FindLeftoversResponse;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What no sandbox owns: what the host agent knows of, if one runs, and what everybody can see. A full search without a
 * host agent would open the machines' directory, which repairs it on the way, and a doctor changes nothing.
 */
record LeftoversCheck(List<Search> searches, Optional<FindLeftoversResponse> found) implements Check {
    static final String NAME = "leftovers";

    @Override
    public List<Finding> run() {
        Set<Finding> findings = new LinkedHashSet<>();
        Set<String> told = new LinkedHashSet<>();
        for (FindLeftoversResponse.Leftover leftover :
                found.map(FindLeftoversResponse::getLeftoversList).orElse(List.of())) {
            String detail = leftover.getKind() + " " + leftover.getName();
            told.add(detail);
            findings.add(Finding.warn(NAME, detail, leftover.getRemedy()));
        }
        for (Search search : searches) {
            try {
                search.find().stream()
                        .map(Stray::finding)
                        .filter(finding -> told.add(finding.detail()))
                        .forEach(findings::add);
            } catch (IOException unreadable) {
                findings.add(Finding.warn(
                        NAME,
                        "cannot be looked for everywhere: " + unreadable,
                        "run 'mulligan doctor' as the user of the host agent"));
            }
        }
        if (findings.isEmpty()) {
            findings.add(Finding.ok(
                    NAME,
                    found.isPresent() ? "none" : "none; while the host agent runs, it looks at each sandbox, too"));
        }
        return List.copyOf(findings);
    }
}
