package io.moka.apiserver.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Errors are told apart by their types and reasons, never by their messages.
final class ErrorTextTest {
    private static final Pattern BY_TEXT = Pattern.compile("(getMessage\\(\\)|\\bmessage|\\bwhy)\\)?\\.(contains|startsWith|endsWith|equals|matches)\\(");
    /// Where the errors of etcd, which has nothing but texts for some, get their reasons.
    private static final List<String> BOUNDARY = List.of("EtcdErrors.java");

    @Test
    void noErrorIsToldByItsText() throws IOException {
        List<String> found = new ArrayList<>();
        try (var files = Files.walk(Path.of(System.getProperty("moka.root"), "apiserver/src/main/java"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java") && !BOUNDARY.contains(path.getFileName().toString())).toList()) {
                Files.readAllLines(file).stream().filter(line -> BY_TEXT.matcher(line).find()).forEach(line -> found.add(file.getFileName() + ": " + line.strip()));
            }
        }
        assertEquals(List.of(), found);
    }
}
