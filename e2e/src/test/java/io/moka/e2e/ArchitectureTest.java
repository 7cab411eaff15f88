package io.moka.e2e;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Checks the design's invariants on the compiled classes, as far as a program can.
class ArchitectureTest {

    private static final List<String> COMPONENTS = List.of("apiserver", "controllers", "scheduler", "kubelet", "proxy", "cni", "kubectl", "cluster", "dns");
    private static final JavaClasses CLASSES = load();

    private static JavaClasses load() {
        try (var jars = Files.list(Path.of(System.getProperty("moka.dist"), "lib"))) {
            return new ClassFileImporter().importJars(jars.filter(jar -> jar.getFileName().toString().endsWith("-0.1.0.jar")).map(ArchitectureTest::open).toList());
        } catch (IOException e) {
            throw new AssertionError("build the distribution first: mvn package", e);
        }
    }

    private static JarFile open(Path jar) {
        try {
            return new JarFile(jar.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void noComponentKnowsAnother() {
        for (var component : COMPONENTS) {
            var others = COMPONENTS.stream().filter(other -> !other.equals(component)).map(other -> "io.moka." + other + "..").toArray(String[]::new);
            noClasses().that().resideInAPackage("io.moka." + component + "..").should().dependOnClassesThat().resideInAnyPackage(others).check(CLASSES);
        }
    }

    @Test
    void machineryKnowsNoComponent() {
        var all = COMPONENTS.stream().map(component -> "io.moka." + component + "..").toArray(String[]::new);
        noClasses().that().resideInAPackage("io.moka.machinery..").should().dependOnClassesThat().resideInAnyPackage(all).check(CLASSES);
    }

    @Test
    void onlyTheApiserverKnowsEtcdAndOnlyTheKubeletDocker() {
        // the benchmarks measure etcd itself, to compare
        noClasses().that().resideOutsideOfPackages("io.moka.apiserver..", "io.moka.bench..").should().dependOnClassesThat().resideInAPackage("io.etcd..").check(CLASSES);
        noClasses().that().resideOutsideOfPackage("io.moka.kubelet..").should().dependOnClassesThat().resideInAPackage("com.github.dockerjava..").check(CLASSES);
    }

    @Test
    void theApiserverBindsNoObjectToAClass() {
        noClasses().that().resideInAPackage("io.moka.apiserver..").should().dependOnClassesThat().resideInAPackage("io.fabric8..").check(CLASSES);
    }

    @Test
    void packagesOfAModuleHaveNoCycles() {
        for (var module : List.of("machinery", "controllers", "scheduler", "kubelet", "proxy", "dns", "kubectl")) {
            slices().matching("io.moka." + module + ".(*)..").should().beFreeOfCycles().check(CLASSES);
        }
        slices().matching("io.moka.apiserver.(*).(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    /// A chapter of the apiserver uses only the chapters before it.
    @Test
    void chaptersOfTheApiserverAreLayered() {
        var chapters = List.of("core", "front", "kinds", "extension", "admission", "server");
        for (int i = 0; i < chapters.size() - 1; i++) {
            var later = chapters.subList(i + 1, chapters.size()).stream().map(chapter -> "io.moka.apiserver." + chapter + "..").toArray(String[]::new);
            noClasses().that().resideInAPackage("io.moka.apiserver." + chapters.get(i) + "..").should().dependOnClassesThat().resideInAnyPackage(later).check(CLASSES);
        }
    }

    @Test
    void noClassNameOccursTwiceInAModule() {
        var twice = new TreeSet<String>();
        for (var component : COMPONENTS) {
            var seen = new HashSet<String>();
            CLASSES.stream().filter(type -> type.getPackageName().startsWith("io.moka." + component) && type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
                    .filter(type -> !seen.add(type.getSimpleName())).forEach(type -> twice.add(type.getName()));
        }
        assertEquals(new TreeSet<String>(), twice);
    }

    @Test
    void everyPackageSaysWhatItIsFor() throws IOException {
        var silent = new TreeSet<String>();
        try (Stream<Path> files = Files.walk(Shell.ROOT)) {
            files.filter(file -> file.toString().contains("/src/main/java/") && file.toString().endsWith(".java")).map(Path::getParent)
                    .filter(folder -> !Files.exists(folder.resolve("package-info.java"))).forEach(folder -> silent.add(Shell.ROOT.relativize(folder).toString()));
        }
        assertEquals(new TreeSet<String>(), silent);
    }
}
