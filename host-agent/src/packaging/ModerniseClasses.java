import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * Rewrites, in the jars of a directory, class files of before Java 6 to those of Java 8: same code, with the stack maps
 * that an AOT cache wants to see. Of the libraries of the command line that concerns picocli, whose classes are of Java 5
 * and would all be left out of the cache. A jar without such classes is left alone.
 */
final class ModerniseClasses {
    /** The oldest class files that an AOT cache takes. */
    private static final int OLDEST_CLASS_FILE = ClassFile.JAVA_6_VERSION;

    private ModerniseClasses() {}

    public static void main(String[] arguments) throws IOException {
        List<Path> libraries;
        try (Stream<Path> files = Files.list(Path.of(arguments[0]))) {
            libraries = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        }
        for (Path library : libraries) {
            modernise(library);
        }
    }

    /** Writes a library's classes of before Java 6 anew, with the stack maps that later ones have. */
    private static void modernise(Path library) throws IOException {
        Path modern = library.resolveSibling(library.getFileName() + ".new");
        FileTime time = Files.getLastModifiedTime(library);
        try (JarFile from = new JarFile(library.toFile())) {
            if (from.stream().noneMatch(entry -> isOld(from, entry))) {
                return;
            }
            ClassFile files = ClassFile.of(
                    ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                    ClassFile.ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(
                                    type -> stream(from, type.descriptorString()))
                            .orElse(ClassHierarchyResolver.defaultResolver())));
            try (JarOutputStream to = new JarOutputStream(Files.newOutputStream(modern))) {
                for (JarEntry entry : Collections.list(from.entries())) {
                    JarEntry copy = new JarEntry(entry.getName());
                    copy.setTime(entry.getTime());
                    to.putNextEntry(copy);
                    byte[] content = content(from, entry);
                    to.write(isOld(from, entry) ? modern(files, content) : content);
                }
            }
        }
        Files.setLastModifiedTime(modern, time);
        Files.move(modern, library, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static byte[] modern(ClassFile files, byte[] old) {
        return files.transformClass(
                files.parse(old),
                ClassTransform.dropping(element -> element instanceof ClassFileVersion)
                        .andThen(ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL))
                        .andThen(ClassTransform.endHandler(builder -> builder.withVersion(ClassFile.JAVA_8_VERSION, 0))));
    }

    private static boolean isOld(JarFile jar, JarEntry entry) {
        if (!entry.getName().endsWith(".class")) {
            return false;
        }
        try (InputStream file = jar.getInputStream(entry)) {
            byte[] head = file.readNBytes(8);
            return (head[6] << 8 | head[7]) < OLDEST_CLASS_FILE;
        } catch (IOException unreadable) {
            throw new IllegalStateException(jar.getName() + ": " + entry.getName(), unreadable);
        }
    }

    /** A class of the library itself; null for others, which the JDK knows. */
    private static InputStream stream(JarFile jar, String descriptor) {
        JarEntry entry = jar.getJarEntry(descriptor.substring(1, descriptor.length() - 1) + ".class");
        try {
            return entry == null ? null : new ByteArrayInputStream(content(jar, entry));
        } catch (IOException unreadable) {
            throw new IllegalStateException(jar.getName() + ": " + descriptor, unreadable);
        }
    }

    private static byte[] content(JarFile jar, JarEntry entry) throws IOException {
        try (InputStream file = jar.getInputStream(entry)) {
            return file.readAllBytes();
        }
    }
}
