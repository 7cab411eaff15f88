package io.moka.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;

/// The folder of the built jars, which the launcher passes in the property `moka.dist`.
///
/// @param caches start-up caches of exactly these jars, in the property `moka.caches`
record Distribution(Path folder, Path caches) {

    private static final String LIB = "lib";

    static Distribution find() {
        var folder = System.getProperty("moka.dist");
        var caches = System.getProperty("moka.caches");
        if (folder == null || caches == null) {
            throw new ClusterException("start this through bin/moka, which knows where the jars are");
        }
        return new Distribution(Path.of(folder).toAbsolutePath(), Path.of(caches));
    }

    /// The same jars with another folder of caches, which becomes the real one when all of them have been recorded.
    Distribution recording() {
        return new Distribution(folder, caches.resolveSibling(caches.getFileName() + ".new"));
    }

    boolean hasCaches() {
        return Files.isDirectory(caches);
    }

    /// The class path of a module's program. Modules that share a class archive have the same one, with the jars of all of them.
    String classPath(String module) throws IOException {
        var modules = SharedArchive.MODULES.contains(module) ? SharedArchive.MODULES : List.of(module);
        var jars = new LinkedHashSet<String>();
        for (var each : modules) {
            jars.add(LIB + "/" + ownJar(each));
        }
        for (var each : modules) {
            jars.addAll(List.of(Files.readString(folder.resolve(each + ".classpath")).strip().split(":")));
        }
        return jars.stream().map(jar -> folder.resolve(jar).toString()).collect(Collectors.joining(":"));
    }

    /// The name of a module's own jar, which ends with a version: the folder has one of each module.
    private String ownJar(String module) throws IOException {
        try (var jars = Files.newDirectoryStream(folder.resolve(LIB), module + "-[0-9]*.jar")) {
            for (var jar : jars) {
                return jar.getFileName().toString();
            }
        }
        throw new ClusterException(folder + " has no jar of " + module + "; build again");
    }

    /// The AOT cache of a short-lived program, which starts sooner with it.
    private Path aotCache(String module) {
        return caches.resolve(module + ".aot");
    }

    List<String> aotFlags(String module, boolean train) {
        return train ? List.of("-XX:AOTCacheOutput=" + aotCache(module))
                : hasCaches() ? List.of("-XX:AOTCache=" + aotCache(module), "-Xlog:aot=off", "-Xlog:cds=off") : List.of();
    }

    /// Flags for a component's class archive. Without one, the JDK's own is used, which naming an absent file would switch off.
    ///
    /// The apiserver has an AOT cache instead, which holds what its methods did under load: without that a server that has just started is
    /// slow for its first thousands of requests. It costs more memory, as the JDK's classes are in it once more.
    List<String> archiveFlags(Component component, boolean train) {
        if (component == Component.APISERVER) {
            return aotFlags(component.module(), train);
        }
        var archive = new SharedArchive(this);
        return train ? List.of(archive.recordingFlag(component))
                : hasCaches() ? List.of("-XX:SharedArchiveFile=" + archive.file(), "-Xlog:cds=off") : List.of();
    }

    Path supervise() {
        return folder.resolve("supervise");
    }

    static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }
}
