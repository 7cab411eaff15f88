package io.moka.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A scenario: commands that share a namespace, each with its exact expected output. The files are transcripts of a shell:
///
/// - `$ command` is run by `sh`; lines after it that begin with `> ` belong to it. `~$ command` is repeated until it prints what is expected.
/// - The lines up to the next command are its output and errors. `...` stands for any lines, `{blank}` for an empty one, and
///   [Expectation] knows more placeholders, for times and random names.
/// - `[3]` at the end is the exit status, if it is not 0. Text before the first command or after an empty line is a comment.
///
/// @param name the file's name without its ending
record KubectlScript(String name, List<Step> steps) {

    static final Path FOLDER = Path.of("src/test/resources/io/moka/e2e/kubectl");

    /// @param line where the command stands
    record Step(int line, String command, boolean eventually, Expectation expected) {
    }

    static List<KubectlScript> all() {
        try (Stream<Path> files = Files.list(Shell.ROOT.resolve("e2e").resolve(FOLDER))) {
            return files.sorted().map(KubectlScript::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The transcripts of kubectl-lite: everyday commands, and commands for workloads and nodes.
    static List<KubectlScript> lite() {
        var folder = Shell.ROOT.resolve("e2e").resolve(FOLDER);
        return List.of(read(folder.resolveSibling("kubectl-lite.txt")), read(folder.resolveSibling("kubectl-lite-workloads.txt")));
    }

    static KubectlScript named(String name) {
        return read(Shell.ROOT.resolve("e2e").resolve(FOLDER).resolve(name + ".txt"));
    }

    private static KubectlScript read(Path file) {
        try {
            return new KubectlScript(file.getFileName().toString().replace(".txt", ""), parse(Files.readAllLines(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Step> parse(List<String> lines) {
        var steps = new ArrayList<Step>();
        int next = 0;
        while (next < lines.size()) {
            int start = next++;
            if (!isCommand(lines.get(start))) {
                continue;
            }
            next = end(lines, next, true);
            int outputStart = next;
            next = end(lines, next, false);
            steps.add(step(start, lines.subList(start, outputStart), lines.subList(outputStart, next)));
        }
        return steps;
    }

    private static int end(List<String> lines, int from, boolean continued) {
        int at = from;
        while (at < lines.size() && !isCommand(lines.get(at)) && !lines.get(at).isEmpty() && (!continued || lines.get(at).startsWith("> "))) {
            at++;
        }
        return at;
    }

    private static boolean isCommand(String line) {
        return line.startsWith("$ ") || line.startsWith("~$ ");
    }

    private static Step step(int start, List<String> command, List<String> output) {
        var text = new StringBuilder(command.getFirst().substring(command.getFirst().indexOf(' ') + 1));
        command.stream().skip(1).forEach(line -> text.append('\n').append(line.substring(2)));
        return new Step(start + 1, text.toString(), command.getFirst().startsWith("~"), Expectation.of(output));
    }
}
