package io.moka.apiserver.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The walk of the README, "A POST, class by class".
public final class Walk {
    private static final int MOST = 24;
    private static final Pattern ROW = Pattern.compile("(?m)^\\| \\d+ \\| `([\\w/]+)` \\| \\d+ \\|");
    private static final String SERVER = "io.moka.apiserver.";

    private Walk() {}

    /// Returns the classes in the order of the README, such as `core.rest.CreateVerb`.
    public static List<String> classes() {
        try {
            String page = Files.readString(Path.of("README.md"));
            List<String> classes = ROW.matcher(page).results().map(row -> row.group(1).replace('/', '.')).toList();
            assertTrue(!classes.isEmpty() && classes.size() <= MOST, classes.size() + " classes");
            return classes;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Checks that each class of a stack is in the README, in the order in which they call each other.
    ///
    /// @param frames the names of the frames' classes, from the innermost on
    public static void assertNamed(List<String> frames) {
        List<String> path = new ArrayList<>(frames.reversed().stream().filter(frame -> frame.startsWith(SERVER))
                .map(frame -> frame.substring(SERVER.length()).replaceAll("\\$.*", "")).distinct().toList());
        assertTrue(!path.isEmpty(), frames.toString());
        List<String> named = new ArrayList<>(classes());
        named.retainAll(path);
        assertEquals(path, named);
    }
}
