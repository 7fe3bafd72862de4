package dev.mulligan.host.cli.doctor;

import dev.mulligan.proto.host.v1.GetStatusResponse;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** libvirt and QEMU: as the host agent sees them, or asked with virsh. */
record HypervisorCheck(Programs programs, Optional<GetStatusResponse> status) implements Check {
    private static final Pattern DAEMON = Pattern.compile("Running against daemon: (\\S+)");
    private static final Pattern QEMU = Pattern.compile("Running hypervisor: (.+)");

    @Override
    public List<Finding> run() {
        if (status.isPresent()) {
            return List.of(Finding.ok("libvirt", status.get().getHypervisor()));
        }
        if (programs.find("virsh").isEmpty()) {
            return List.of(
                    Finding.fail("libvirt", "virsh is not installed", "./mulligan setup installs what is missing"));
        }
        String uri = DomainSearch.uri();
        return List.of(
                programs.output(List.of("virsh", "-c", uri, "version", "--daemon"))
                        .map(answer -> Finding.ok(
                                "libvirt",
                                "libvirt " + first(DAEMON, answer) + ", " + first(QEMU, answer) + " (" + uri + ")"))
                        .orElseGet(
                                () -> Finding.fail(
                                        "libvirt",
                                        "nobody answers at " + uri,
                                        "start it: 'systemctl start libvirtd', or './mulligan services start' where no service manager runs")));
    }

    private static String first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1).strip() : "of an unknown version";
    }
}
