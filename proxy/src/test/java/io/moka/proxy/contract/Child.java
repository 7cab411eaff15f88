package io.moka.proxy.contract;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A Java process of the tests, usually in a network namespace, that answers each line with a line.
public final class Child implements AutoCloseable {

    private final Process process;
    private final BufferedReader answers;
    private final PrintWriter questions;

    public Child(NetworkNamespace where, Class<?> program) throws IOException {
        this(where.inside(List.of()), program);
    }

    /// @param prefix words before the command, such as `ip netns exec` and a namespace
    public Child(List<String> prefix, Class<?> program, String... arguments) throws IOException {
        var java = ProcessHandle.current().info().command().orElseThrow();
        var command = new ArrayList<>(prefix);
        command.addAll(List.of(java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx128m", "--enable-native-access=ALL-UNNAMED",
                "-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        answers = process.inputReader(StandardCharsets.UTF_8);
        questions = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    }

    public synchronized String ask(String question) {
        questions.println(question);
        try {
            var answer = answers.readLine();
            if (answer == null) {
                throw new AssertionError("the program ended at: " + question);
            }
            return answer;
        } catch (IOException e) {
            throw new AssertionError(question, e);
        }
    }

    public long pid() {
        return process.pid();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
