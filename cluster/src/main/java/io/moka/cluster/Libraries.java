package io.moka.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Finds and copies shared libraries of this machine for the images that are built here.
final class Libraries {

    private static final Pattern LIBRARY = Pattern.compile("(?:=> )?(/\\S+) \\(0x");

    private Libraries() {
    }

    /// The shared libraries that a program or library loads; none for a static one.
    static List<Path> of(Path program) throws IOException {
        var libraries = new ArrayList<Path>();
        var found = LIBRARY.matcher(Program.of("ldd", program.toString()).run().output());
        while (found.find()) {
            libraries.add(Path.of(found.group(1)));
        }
        return libraries;
    }

    /// Copies a library to the same place below another root.
    static void copy(Path library, Path root) throws IOException {
        var target = root.resolve(library.toString().substring(1));
        Files.createDirectories(target.getParent());
        Files.copy(library.toRealPath(), target, StandardCopyOption.REPLACE_EXISTING);
        target.toFile().setExecutable(true, false);
    }
}
