package io.moka.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// Where the built jars are; the launcher says so in the property `moka.dist`.
///
/// @param caches start-up caches of exactly these jars, in the property `moka.caches`
record Distribution(Path folder, Path caches) {

    static Distribution find() {
        var folder = System.getProperty("moka.dist");
        var caches = System.getProperty("moka.caches");
        if (folder == null || caches == null) {
            throw new ClusterException("start this through bin/moka, which knows where the jars are");
        }
        return new Distribution(Path.of(folder).toAbsolutePath(), Path.of(caches));
    }

    String classPath(String module) throws IOException {
        var own = folder.resolve("lib").resolve(module + "-0.1.0.jar");
        var others = Files.readString(folder.resolve(module + ".classpath")).strip();
        return own + ":" + Arrays.stream(others.split(":")).map(jar -> folder.resolve(jar).toString()).collect(Collectors.joining(":"));
    }

    /// The class archive of a component's process.
    Path classArchive(String module) {
        return caches.resolve(module + ".jsa");
    }

    /// The AOT cache of a short-lived program, which starts sooner with it.
    Path aotCache(String module) {
        return caches.resolve(module + ".aot");
    }

    List<String> aotFlags(String module, boolean train) {
        return train ? List.of("-XX:AOTCacheOutput=" + aotCache(module))
                : List.of("-XX:AOTCache=" + aotCache(module), "-Xlog:aot=off", "-Xlog:cds=off");
    }

    Path supervise() {
        return folder.resolve("supervise");
    }

    static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }
}
