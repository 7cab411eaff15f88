package io.moka.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The folder of the built jars, which the launcher passes in the property `moka.dist`.
///
/// @param caches start-up caches of exactly these jars, in the property `moka.caches`
record Distribution(Path folder, Path caches) {

    private static final String LIB = "lib";

    /// Bouncy Castle's jars, which only the programs that make certificates have: Netty loads a provider of 6,000 classes wherever it finds it.
    private static final Pattern APART = Pattern.compile(LIB + "/bc\\w+-jdk.*");

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

    /// The class path of a module's program. Modules that share a class archive begin with the same one, with the jars of all of them; the JVM takes the archive as long as
    /// the class path begins with the one for which it was made.
    String classPath(String module) throws IOException {
        var jars = new LinkedHashSet<String>();
        if (SharedArchive.MODULES.contains(module)) {
            jars.addAll(sharedJars());
        }
        jars.addAll(jars(module));
        return path(jars);
    }

    /// The class path for which the shared class archive is made.
    String sharedClassPath() throws IOException {
        return path(sharedJars());
    }

    private Set<String> sharedJars() throws IOException {
        var jars = new LinkedHashSet<String>();
        for (var module : SharedArchive.MODULES) {
            jars.add(LIB + "/" + ownJar(module));
        }
        for (var module : SharedArchive.MODULES) {
            jars.addAll(jars(module));
        }
        jars.removeIf(APART.asMatchPredicate());
        return jars;
    }

    private List<String> jars(String module) throws IOException {
        var jars = new ArrayList<>(List.of(LIB + "/" + ownJar(module)));
        jars.addAll(List.of(Files.readString(folder.resolve(module + ".classpath")).strip().split(":")));
        return jars;
    }

    private String path(Collection<String> jars) {
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
