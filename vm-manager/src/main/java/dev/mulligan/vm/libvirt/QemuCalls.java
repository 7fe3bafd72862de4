package dev.mulligan.vm.libvirt;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.ptr.PointerByReference;
import java.util.Map;
import org.libvirt.jna.DomainPointer;

/** libvirt's door to QEMU's own monitor: {@code libvirt-qemu.h}. What comes back in a pointer is ours to free. */
interface QemuCalls extends Library {
    QemuCalls LIBVIRT_QEMU = Native.load("virt-qemu", QemuCalls.class, Map.of(Library.OPTION_STRING_ENCODING, "UTF-8"));

    int virDomainQemuMonitorCommand(DomainPointer domain, String command, PointerByReference result, int flags);
}
