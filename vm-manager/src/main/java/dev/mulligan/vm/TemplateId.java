package dev.mulligan.vm;

import java.util.regex.Pattern;

/**
 * The name of a template: a digest of everything that it depends on. So a template that does not fit (another image,
 * another QEMU, another processor) has another name, and is never found by mistake.
 */
public record TemplateId(String value) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{24}");

    public TemplateId {
        if (!FORM.matcher(value).matches()) {
            throw VmException.invalid("template id", value, "24 hexadecimal digits", "list the templates");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
