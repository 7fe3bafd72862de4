package dev.mulligan.host.approval;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.util.regex.Pattern;

/** Names an approval: {@code ap-} and ten of [a-z0-9]. */
public record ApprovalId(String value) {
    private static final Pattern FORM = Pattern.compile("ap-[a-z0-9]{10}");

    public ApprovalId {
        if (!FORM.matcher(value).matches()) {
            throw HostException.of(HostErrorCode.INVALID_ARGUMENT, "id of an approval")
                    .value(value)
                    .expected("ap- and ten of [a-z0-9]")
                    .remedy("see 'mulligan approvals list'")
                    .build();
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
