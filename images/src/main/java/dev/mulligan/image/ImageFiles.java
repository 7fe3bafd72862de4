package dev.mulligan.image;

/** The names of the files in an image's directory; README.md says what each is. */
public final class ImageFiles {

    public static final String DISK = "disk.qcow2";
    public static final String KERNEL = "kernel";
    public static final String INITRD = "initrd";
    public static final String ROOT = "root.tar";
    public static final String MANIFEST = "manifest.json";

    private ImageFiles() {}
}
