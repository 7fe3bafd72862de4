package dev.mulligan.vm.libvirt.xml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.DiskAttachment;
import dev.mulligan.vm.DiskFormat;
import dev.mulligan.vm.VmId;
import dev.mulligan.vm.VmSpec;
import dev.mulligan.vm.checkpoint.Attachment;
import dev.mulligan.vm.machine.DomainKey;
import dev.mulligan.vm.machine.DomainMark;
import dev.mulligan.vm.machine.DomainPlan;
import dev.mulligan.vm.machine.GuestMemory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The XML, compared with files that a person has read. */
final class DomainXmlTest {
    private static final Path MACHINES = Path.of("/var/lib/mulligan/machines");
    private static final VmId ID = new VmId("task-1");
    private static final DomainKey KEY = DomainKey.of(MACHINES, ID);

    private static DomainPlan plan(String arguments) {
        return plan(arguments, new GuestMemory.Own());
    }

    private static DomainPlan plan(String arguments, GuestMemory memory) {
        var spec = new VmSpec(
                ID,
                Path.of("/images/base/disk.raw"),
                DiskFormat.RAW,
                DataSize.ofGibibytes(8),
                Path.of("/images/base/vmlinuz"),
                Path.of("/images/base/initrd"),
                arguments,
                DataSize.ofMebibytes(768),
                2,
                Map.of());
        Path root = MACHINES.resolve(ID.value());
        return new DomainPlan(
                KEY,
                MACHINES,
                spec,
                root.resolve("files/layer-1.qcow2"),
                root.resolve("port.sock"),
                root.resolve("serial.log"),
                memory);
    }

    private static String golden(String name) {
        try (InputStream file = DomainXmlTest.class.getResourceAsStream("/golden/" + name)) {
            return new String(Objects.requireNonNull(file, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void anEmulatedMachineOfAnotherUser() {
        var engine = new Engine(false, 10_000_002, Optional.of("+64055:+64055"));
        assertThat(new DomainXml(engine).write(plan("root=/dev/vda console=ttyS0")))
                .isEqualTo(golden("domain-emulated.xml"));
    }

    @Test
    void anEmulatedLinuxTakesTheTimeStampCounterForItsClockWhereThatIsSteady() {
        assertThat(new DomainXml(new Engine(false, true, 10_000_002, Optional.empty(), "")).write(plan("quiet")))
                .contains("<cmdline>quiet tsc=reliable clocksource=tsc</cmdline>");
        assertThat(new DomainXml(new Engine(false, false, 10_000_002, Optional.empty(), "")).write(plan("quiet")))
                .contains("<cmdline>quiet</cmdline>");
        assertThat(new DomainXml(new Engine(true, true, 10_000_002, Optional.empty(), "")).write(plan("quiet")))
                .contains("<cmdline>quiet</cmdline>");
    }

    @Test
    void aMemoryInAFileIsWrittenByItsTemplateAndOnlyReadByClones() {
        var engine = new Engine(false, 10_000_002, Optional.empty());
        Path memory = MACHINES.resolve(".templates/a,b/memory");
        assertThat(new DomainXml(engine).write(plan("", new GuestMemory.Written(memory))))
                .contains("size=805306368,mem-path=/var/lib/mulligan/machines/.templates/a,,b/memory,share=on\"");
        assertThat(new DomainXml(engine).write(plan("", new GuestMemory.Shared(memory))))
                .contains("mem-path=/var/lib/mulligan/machines/.templates/a,,b/memory,share=off,readonly=on,rom=off\"");
    }

    @Test
    void burstMemoryIsAModuleBesideTheFileAndOfNoUseToAMachineWithItsOwn() {
        var domain = new DomainXml(new Engine(false, 10_000_002, Optional.empty()));
        Path memory = MACHINES.resolve(".templates/t/memory");
        String template = domain.write(burst(new GuestMemory.Written(memory)));
        assertThat(template)
                .contains("<memory unit=\"MiB\">256</memory>", "size=268435456,mem-path=", "slots=1,maxmem=768M")
                .contains("memory-backend-ram,id=mulligan.burst,reserve=off,size=536870912\"")
                .contains("free-page-reporting=on", "quiet memhp_default_state=offline swiotlb=noforce<");
        assertThat(domain.write(burst(new GuestMemory.Shared(memory))))
                .contains("memory-backend-ram", "quiet memhp_default_state=online_movable swiotlb=noforce<");
        assertThat(domain.write(burst(new GuestMemory.Own())))
                .contains("<memory unit=\"MiB\">768</memory>", "<cmdline>quiet</cmdline>")
                .doesNotContain("mulligan.burst");
        assertThat(Revival.of(template.replace("<genid/>", "<genid></genid>"), burst(new GuestMemory.Shared(memory))))
                .contains("memory-backend-ram,id=mulligan.burst", "readonly=on,rom=off");
    }

    private static DomainPlan burst(GuestMemory memory) {
        DomainPlan plan = plan("quiet", memory);
        return new DomainPlan(
                plan.key(),
                plan.machines(),
                plan.spec().withBurst(DataSize.ofMebibytes(512)),
                plan.top(),
                plan.port(),
                plan.serialLog(),
                memory);
    }

    @Test
    void whatGoesOnHasTheSameDevicesAndItsOwnNamesAndFiles() {
        var engine = new Engine(false, 10_000_002, Optional.empty());
        Path memory = MACHINES.resolve(".templates/t/memory");
        String frozen = new DomainXml(engine)
                .write(plan("root=/dev/vda", new GuestMemory.Written(memory)))
                .replace("<genid/>", "<genid>11111111-2222-3333-4444-555555555555</genid>");
        var other = new VmId("task-2");
        DomainKey key = DomainKey.of(MACHINES, other);
        Path root = MACHINES.resolve("task-2");
        var plan = new DomainPlan(
                key,
                MACHINES,
                plan("").spec(),
                root.resolve("files/layer-7.qcow2"),
                root.resolve("port.sock"),
                root.resolve("serial.log"),
                new GuestMemory.Shared(memory));
        String revived = Revival.of(frozen, plan);
        DomainDocument document = DomainDocument.parse(revived);
        assertThat(document.mark()).contains(new DomainMark(key, MACHINES));
        assertThat(document.disks()).containsExactly(new DomainDocument.Disk("vda", plan.top(), ""));
        assertThat(revived)
                .contains(plan.port().toString(), plan.serialLog().toString(), "readonly=on,rom=off", "<genid/>")
                .doesNotContain("task-1", "share=on", "<kernel>", "<cmdline>", "<initrd>", "11111111");
    }

    /** A host without control groups would not start one that says so. */
    @Test
    void howTheFrozenOneRankedIsForgotten() {
        String ranked = "<cputune><shares>64</shares></cputune>";
        var memory = new GuestMemory.Shared(Path.of("/templates/t/memory"));
        DomainPlan plan = plan("", memory);
        String frozen = new DomainXml(new Engine(false, 10_000_002, Optional.empty())).write(plan);
        String withRank = frozen.replaceFirst("<devices>", ranked + "<devices>");
        assertThat(withRank).contains(ranked);
        assertThat(Revival.of(withRank, plan)).doesNotContain("shares>").contains("<devices>");
        assertThat(DomainDocument.parse(withRank).withDisk("vda", Path.of("/new")))
                .doesNotContain("shares>")
                .contains("<devices>");
    }

    @Test
    void whatFrozeItGoesAlongWithIt() {
        var engine = new Engine(false, false, 10_000_002, Optional.empty(), "qemu 10 /usr/bin/qemu \"1\"");
        DomainPlan plan = plan("", new GuestMemory.Shared(MACHINES.resolve(".templates/t/memory")));
        String first = new DomainXml(engine).write(plan);
        assertThat(DomainDocument.parse(first).hypervisor()).contains("qemu 10 /usr/bin/qemu \"1\"");
        assertThat(DomainDocument.parse(Revival.of(first, plan)).hypervisor()).contains("qemu 10 /usr/bin/qemu \"1\"");
        var nobody = new Engine(false, 10_000_002, Optional.empty());
        assertThat(DomainDocument.parse(new DomainXml(nobody).write(plan)).hypervisor())
                .isEmpty();
    }

    @Test
    void anAcceleratedMachineOfOurOwn() {
        var engine = new Engine(true, 10_000_002, Optional.empty());
        assertThat(new DomainXml(engine).write(plan("root=/dev/vda console=ttyS0")))
                .isEqualTo(golden("domain-accelerated.xml"));
    }

    @Test
    void anOldEmulatorDoesWithoutTheInstructionThatItGetsWrong() {
        assertThat(new DomainXml(new Engine(false, 7_002_022, Optional.empty())).write(plan("")))
                .contains("<feature policy=\"disable\" name=\"cx16\"/>");
        assertThat(new DomainXml(new Engine(true, 7_002_022, Optional.empty())).write(plan("")))
                .doesNotContain("cx16");
    }

    @Test
    void whatPeopleWriteIsEscapedAndReadBack() {
        var engine = new Engine(false, 10_000_002, Optional.empty());
        String xml = new DomainXml(engine).write(plan("a=\"<&>\" ]]>"));
        assertThat(xml).contains("a=\"&lt;&amp;&gt;\" ]]&gt;");
        DomainDocument document = DomainDocument.parse(xml);
        assertThat(document.mark()).contains(new DomainMark(KEY, MACHINES));
        assertThat(document.disks()).containsExactly(new DomainDocument.Disk("vda", plan("").top(), ""));
    }

    @Test
    void theFirstDiskIsExchangedAndNothingElse() {
        String live = golden("domain-live.xml");
        DomainDocument changed =
                DomainDocument.parse(DomainDocument.parse(live).withDisk("vda", Path.of("/m/layer-9.qcow2")));
        assertThat(changed.disks())
                .containsExactly(
                        new DomainDocument.Disk("vda", Path.of("/m/layer-9.qcow2"), ""),
                        new DomainDocument.Disk("vdb", Path.of("/w/workspace.erofs"), "workspace"));
        assertThat(DomainDocument.parse(live).below("vda")).contains(Path.of("/m/layer-1.qcow2"));
        assertThat(changed.below("vda")).isEmpty();
    }

    @Test
    void aLongChainIsReadToItsEnd() {
        int layers = 200;
        String chain = "<backingStore type='file'>".repeat(layers) + "</backingStore>".repeat(layers);
        String live = "<domain><disk><source file='/m/top.qcow2'/><target dev='vda'/>" + chain + "</disk></domain>";
        assertThat(DomainDocument.parse(live).disks())
                .containsExactly(new DomainDocument.Disk("vda", Path.of("/m/top.qcow2"), ""));
    }

    @Test
    void aSnapshotMovesTheFirstDiskAndNamesTheOthers() {
        assertThat(SnapshotXml.write(
                        Path.of("/m/layer-2.qcow2"), Optional.of(Path.of("/m/memory-2.save")), List.of("vdb")))
                .isEqualTo(golden("snapshot-full.xml"));
        assertThat(SnapshotXml.write(Path.of("/m/layer-2.qcow2"), Optional.empty(), List.of()))
                .isEqualTo(golden("snapshot-disk.xml"));
    }

    @Test
    void aFurtherDiskIsReadOnlyOrStopsTheGuestOnErrors() {
        var disk = new DiskAttachment(Path.of("/w/work & space.erofs"), "workspace", true, DiskFormat.RAW);
        assertThat(DiskXml.of(new Attachment(disk, "vdb", Optional.empty())).write())
                .isEqualTo(golden("disk-read-only.xml"));
    }
}
