package dev.mulligan.vm.libvirt;

import com.sun.jna.Native;
import com.sun.jna.Pointer;

/** Texts that libvirt allocated and that are ours to free. */
final class NativeText {
    private NativeText() {}

    /** Copies the text and frees the original. */
    static String take(Pointer text) {
        try {
            return text.getString(0, "UTF-8");
        } finally {
            Native.free(Pointer.nativeValue(text));
        }
    }
}
