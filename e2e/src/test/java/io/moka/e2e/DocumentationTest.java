package io.moka.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Checks that the classes and files that the Markdown pages name exist.
class DocumentationTest {
    /// A quoted name with at least two capitals: `PodWorker`, `pod/PodWorker`, `PodWorker.sync`, `PodWorker.sync()`.
    private static final Pattern NAMED = Pattern.compile("`(?:[a-z0-9]+/)*([A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+)(?:\\.\\w+)?(?:\\(\\))?`");
    private static final Pattern QUOTED = Pattern.compile("`(\\w+)`");
    /// In a row of SECURITY.md, a test: `SpecialAddressesTest.noEndpointIsOfTheMachineItself`, or another method of the class before it.
    private static final Pattern TEST = Pattern.compile("`(?:([A-Z]\\w+Test)\\.)?([a-z]\\w+[A-Z]\\w+)`|`([A-Z]\\w+Test)`");
    private static final Pattern DECLARED = Pattern.compile("\\b(?:class|record|interface|enum) (\\w+)");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:\\s]+)(?:#[^)]*)?\\)");
    /// Names in this form that are Kubernetes' own: reasons, conditions, upstream's plugins.
    private static final Path WORDS = Shell.ROOT.resolve("docs/kubernetes-words.txt");

    @Test
    void classesNamedInPagesExist() throws IOException {
        Set<String> known = declaredClasses();
        known.addAll(Files.readAllLines(WORDS));
        var unknown = new TreeSet<String>();
        for (Path page : pages()) {
            String text = Files.readString(page).replaceAll("(?s)```.*?```", "");
            NAMED.matcher(text).results().map(match -> match.group(1)).filter(name -> !known.contains(name)).forEach(name -> unknown.add(Shell.ROOT.relativize(page) + ": " + name));
        }
        assertEquals(Set.of(), unknown);
    }

    /// Each point of the security checklist names the tests that hold it.
    @Test
    void testsNamedInTheSecurityChecklistExist() throws IOException {
        List<String> rows = Files.readAllLines(Shell.ROOT.resolve("SECURITY.md")).stream().filter(line -> line.matches("\\| \\d+ \\|.*")).toList();
        assertTrue(rows.size() >= 35, rows.size() + " points");
        Map<String, String> tests = new HashMap<>();
        for (Path source : sources("Test.java")) {
            tests.merge(source.getFileName().toString().replace(".java", ""), Files.readString(source), String::concat);
        }
        var missing = new TreeSet<String>();
        for (String row : rows) {
            String testClass = "";
            boolean named = false;
            for (MatchResult name : TEST.matcher(row.substring(row.lastIndexOf('|', row.length() - 2))).results().toList()) {
                testClass = name.group(3) != null ? name.group(3) : name.group(1) != null ? name.group(1) : testClass;
                String source = tests.getOrDefault(testClass, "");
                named = true;
                if (source.isEmpty() || name.group(2) != null && !source.contains("void " + name.group(2) + "(") && !source.contains("> " + name.group(2) + "(")) {
                    missing.add(testClass + "." + name.group(2) + " in " + row);
                }
            }
            if (!named) {
                missing.add("no test in " + row);
            }
        }
        assertEquals(Set.of(), missing);
    }

    @Test
    void linksBetweenPagesLeadToFiles() throws IOException {
        var broken = new TreeSet<String>();
        for (Path page : pages()) {
            LINK.matcher(Files.readString(page)).results().map(match -> match.group(1)).filter(link -> !Files.exists(page.resolveSibling(link)))
                    .forEach(link -> broken.add(Shell.ROOT.relativize(page) + ": " + link));
        }
        assertEquals(Set.of(), broken);
    }

    @Test
    void theGlossaryNamesAClassForEachTerm() throws IOException {
        List<String> rows = Files.readAllLines(Shell.ROOT.resolve("docs/glossary.md")).stream().filter(line -> line.startsWith("| ") && !line.startsWith("| term")).toList();
        assertTrue(rows.size() >= 80, rows.size() + " terms");
        Set<String> known = declaredClasses();
        assertEquals(List.of(), rows.stream().filter(row -> QUOTED.matcher(row).results().noneMatch(match -> known.contains(match.group(1)))).toList());
    }

    private static Set<String> declaredClasses() throws IOException {
        var names = new HashSet<String>();
        for (Path source : sources(".java")) {
            DECLARED.matcher(Files.readString(source)).results().forEach(match -> names.add(match.group(1)));
        }
        return names;
    }

    private static List<Path> pages() {
        return sources(".md");
    }

    private static List<Path> sources(String suffix) {
        try (Stream<Path> files = Files.walk(Shell.ROOT)) {
            return files.filter(file -> file.toString().endsWith(suffix) && !Shell.ROOT.relativize(file).toString().matches("(.*/)?(target|\\.git)/.*")).toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
