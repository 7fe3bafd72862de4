package dev.mulligan.vm;

import dev.mulligan.vm.machine.TemplateKeeper;
import dev.mulligan.vm.template.TemplateStore;

/** The templates as they are, for tests of packages that may not know them. */
public final class RealTemplates {
    private RealTemplates() {}

    public static TemplateKeeper.Opening opening() {
        return TemplateStore::new;
    }
}
