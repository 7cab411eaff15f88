package io.moka.cluster;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/// Gives the classes of a library a class-file version that the JVM takes into its archives. The build runs this program on the library's jar.
///
/// A class file older than Java 6 has no table of types for the verifier. The JVM then infers the types itself, which cannot be archived: so it reads, verifies and
/// links such a class anew at each start. picocli, which every process uses, is compiled for Java 5. The table is computed here; the instructions stay as they are.
final class JarUpgrade {

    private static final int FIRST_ARCHIVED = ClassFile.JAVA_6_VERSION;
    private static final int VERSION = ClassFile.JAVA_8_VERSION;
    private static final String CLASS = ".class";
    /// The place of the version in a class file.
    private static final int MAJOR_VERSION_AT = 6;

    private final JarFile jar;
    private final ClassFile classFiles;

    private JarUpgrade(JarFile jar) {
        this.jar = jar;
        this.classFiles = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(this::find).orElse(ClassHierarchyResolver.defaultResolver())));
    }

    /// @param jars the files, each of which is replaced
    public static void main(String[] jars) throws IOException {
        for (var jar : jars) {
            upgrade(Path.of(jar));
        }
    }

    /// Replaces the file by one in which each class has a version that can be archived. All other entries stay the same. A file without older classes is left alone,
    /// as start-up caches are valid for the file that they were made of only.
    static void upgrade(Path file) throws IOException {
        var upgraded = file.resolveSibling(file.getFileName() + ".new");
        try (var jar = new JarFile(file.toFile())) {
            var upgrade = new JarUpgrade(jar);
            if (!upgrade.isNeeded()) {
                return;
            }
            try (var out = new ZipOutputStream(Files.newOutputStream(upgraded))) {
                upgrade.copy(out);
            }
        }
        Files.move(upgraded, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private boolean isNeeded() throws IOException {
        for (var entry : jar.stream().filter(JarUpgrade::isClass).toList()) {
            try (var in = new DataInputStream(jar.getInputStream(entry))) {
                in.skipNBytes(MAJOR_VERSION_AT);
                if (in.readUnsignedShort() < FIRST_ARCHIVED) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isClass(ZipEntry entry) {
        return entry.getName().endsWith(CLASS);
    }

    private void copy(ZipOutputStream out) throws IOException {
        for (var entry : jar.stream().toList()) {
            var copy = new ZipEntry(entry.getName());
            copy.setTime(entry.getTime());
            out.putNextEntry(copy);
            try (var in = jar.getInputStream(entry)) {
                var bytes = in.readAllBytes();
                out.write(isClass(entry) ? upgraded(bytes) : bytes);
            }
            out.closeEntry();
        }
    }

    private byte[] upgraded(byte[] bytes) {
        var model = classFiles.parse(bytes);
        if (model.majorVersion() >= FIRST_ARCHIVED) {
            return bytes;
        }
        return classFiles.build(model.thisClass().asSymbol(), builder -> {
            builder.withVersion(VERSION, 0);
            builder.transform(model, ClassTransform.dropping(ClassFileVersion.class::isInstance).andThen(ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)));
        });
    }

    /// The class file of a class of this jar, or null.
    private @Nullable InputStream find(ClassDesc type) {
        var name = type.descriptorString();
        var entry = jar.getJarEntry(name.substring(1, name.length() - 1) + CLASS);
        try {
            return entry == null ? null : jar.getInputStream(entry);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
