package io.moka.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.JarFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// The jar of picocli, with classes that the JVM can archive, is still picocli.
class JarUpgradeTest {

    private static final int JAVA_5 = 49;

    @TempDir
    private Path folder;
    private Path jar;
    private Map<String, byte[]> before;

    @BeforeEach
    void copy() throws Exception {
        jar = Files.copy(Path.of(CommandLine.class.getProtectionDomain().getCodeSource().getLocation().toURI()), folder.resolve("picocli.jar"));
        before = entries();
    }

    private Map<String, byte[]> entries() throws IOException {
        var entries = new LinkedHashMap<String, byte[]>();
        try (var file = new JarFile(jar.toFile())) {
            for (var entry : file.stream().toList()) {
                entries.put(entry.getName(), file.getInputStream(entry).readAllBytes());
            }
        }
        return entries;
    }

    private static int version(byte[] classFile) {
        return ClassFile.of().parse(classFile).majorVersion();
    }

    @Test
    void eachClassHasAVersionThatIsArchivedAndAllElseIsTheSame() throws IOException {
        JarUpgrade.upgrade(jar);
        var after = entries();
        assertEquals(before.keySet(), after.keySet());
        int upgraded = 0;
        for (var entry : before.entrySet()) {
            var now = after.get(entry.getKey());
            if (entry.getKey().endsWith(".class") && version(entry.getValue()) == JAVA_5) {
                assertEquals(ClassFile.JAVA_8_VERSION, version(now), entry.getKey());
                upgraded++;
            } else {
                assertArrayEquals(entry.getValue(), now, entry.getKey());
            }
        }
        assertTrue(upgraded > 200, upgraded + " classes");
        assertFalse(Files.exists(folder.resolve("picocli.jar.new")));
    }

    /// A class loader of a program's own has its classes verified, with the tables that were computed.
    @Test
    void allClassesAreVerifiedAndLinked() throws Exception {
        JarUpgrade.upgrade(jar);
        int linked = 0;
        try (var loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
            for (var name : before.keySet()) {
                if (name.startsWith("picocli/") && name.endsWith(".class")) {
                    assertEquals(loader, Class.forName(name.replace('/', '.').replaceFirst("\\.class$", ""), true, loader).getClassLoader());
                    linked++;
                }
            }
        }
        assertTrue(linked > 200, linked + " classes");
    }

    @Test
    void aSecondUpgradeLeavesTheFileAlone() throws IOException {
        JarUpgrade.upgrade(jar);
        var key = Files.readAttributes(jar, BasicFileAttributes.class).fileKey();
        JarUpgrade.upgrade(jar);
        assertEquals(key, Files.readAttributes(jar, BasicFileAttributes.class).fileKey());
    }
}
