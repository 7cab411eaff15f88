package io.moka.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The class archive (CDS) of the kubelet, the controllers, the scheduler and the proxy: one file for all of them.
///
/// The kernel keeps one copy of a file's unmodified pages for all processes that map it. These programs load much the same classes (JSON, the Kubernetes
/// model, TLS, the informers), so one archive takes less memory than one for each of them. The JVM accepts an archive only with a class path that begins with the one
/// with which it was made: therefore the class paths of these programs begin with one path, the union of theirs.
///
/// It is made in two steps: each process of a training cluster writes the names of the classes that it loads, and when all have ended, a JVM
/// that runs no program makes the archive of all names.
final class SharedArchive {

    /// The modules whose programs share the archive, in the order of their jars on the class path.
    static final List<String> MODULES = List.of("kubelet", "controllers", "scheduler", "proxy");

    private static final Duration LONGEST = Duration.ofMinutes(2);
    private static final String LIST = ".classes";
    /// In a class list: the number of a class, which is unique in its own file only.
    private static final Pattern NUMBER = Pattern.compile(" id: \\d+");
    /// In a class list: a class of a loader of its own, which refers to its super types by number.
    private static final String OWN_LOADER = " source: ";

    private final Distribution distribution;

    SharedArchive(Distribution distribution) {
        this.distribution = distribution;
    }

    Path file() {
        return distribution.caches().resolve("components.jsa");
    }

    /// The flag with which a component writes the names of the classes that it loads.
    String recordingFlag(Component component) {
        return "-XX:DumpLoadedClassList=" + list(component.id());
    }

    private Path list(String name) {
        return distribution.caches().resolve(name + LIST);
    }

    /// Makes the archive of the classes that all components have recorded.
    ///
    /// @throws ClusterException when the JVM could not make it
    void make() throws IOException {
        var lines = new LinkedHashSet<String>();
        for (var module : MODULES) {
            lines.addAll(classes(Files.readAllLines(list(module))));
        }
        var all = list("components");
        Files.write(all, lines);
        var command = new ArrayList<>(List.of(Distribution.java().toString()));
        command.addAll(Component.CONTROLLERS.jvmFlags());
        command.addAll(List.of("-Xshare:dump", "-XX:SharedClassListFile=" + all, "-XX:SharedArchiveFile=" + file(), "-Xlog:cds=off",
                "-cp", distribution.sharedClassPath()));
        Program.of(command).within(LONGEST).require();
        for (var module : MODULES) {
            Files.delete(list(module));
        }
        Files.delete(all);
    }

    /// The lines of a class list as they can stand in one file with others.
    static Set<String> classes(List<String> lines) {
        return lines.stream().filter(line -> !line.startsWith("#") && !line.contains(OWN_LOADER)).map(line -> NUMBER.matcher(line).replaceFirst(""))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
